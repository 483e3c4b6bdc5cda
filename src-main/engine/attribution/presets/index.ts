import { clinicadl } from '@engine/attribution/presets/clinicadl'
import { marchadour } from '@engine/attribution/presets/marchadour'
import { mednet } from '@engine/attribution/presets/mednet'
import { pgc } from '@engine/attribution/presets/pgc'
import type { Preset } from '@engine/attribution/presets/preset'
import { qtim } from '@engine/attribution/presets/qtim'
import { suemer } from '@engine/attribution/presets/suemer'

/** Every preset, in the order of the picker. */
export const presets: readonly Preset[] = [qtim, mednet, suemer, marchadour, clinicadl, pgc]
