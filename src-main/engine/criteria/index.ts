import { answerKey } from '@engine/criteria/answer-key'
import { completeness } from '@engine/criteria/completeness'
import type { Criterion } from '@engine/criteria/criterion'
import { cues } from '@engine/criteria/cues'
import { cueZones } from '@engine/criteria/cue-zones'
import { fidelity } from '@engine/criteria/fidelity'
import { groups } from '@engine/criteria/groups'
import { human } from '@engine/criteria/human'
import { localisation } from '@engine/criteria/localisation'
import { mapKinds } from '@engine/criteria/map-kinds'
import { performance } from '@engine/criteria/performance'
import { randomisation } from '@engine/criteria/randomisation'
import { regions } from '@engine/criteria/regions'
import { repeatability } from '@engine/criteria/repeatability'
import { reproducibility } from '@engine/criteria/reproducibility'
import { robustness } from '@engine/criteria/robustness'

/** Every trust criterion, in the order in which the report shows them; experiments know them by id. */
export const criteria: readonly Criterion[] = [
  performance,
  localisation,
  randomisation,
  repeatability,
  reproducibility,
  completeness,
  fidelity,
  robustness,
  human,
  regions,
  groups,
  cues,
  cueZones,
  mapKinds,
  answerKey
]
