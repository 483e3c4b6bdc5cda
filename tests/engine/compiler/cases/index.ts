import { activationCases } from './activation-cases'
import { arithmeticCases } from './arithmetic-cases'
import { attentionCases } from './attention-cases'
import { convolutionCases } from './convolution-cases'
import { einsumCases } from './einsum-cases'
import { fusedCases } from './fused-cases'
import { gatheringCases } from './gathering-cases'
import { layerNormalizationCases } from './layer-normalization-cases'
import { lpPoolingCases } from './lp-pooling-cases'
import { matrixCases } from './matrix-cases'
import { movementCases } from './movement-cases'
import { normalizationCases } from './normalization-cases'
import { pointwiseCases } from './pointwise-cases'
import { poolingCases } from './pooling-cases'
import { rearrangingCases } from './rearranging-cases'
import { reductionCases } from './reduction-cases'
import { resizingCases } from './resizing-cases'
import type { RuleCase } from './rule-case'

/** Every case the rules are proved on. */
export const everyCase: readonly RuleCase[] = [
  ...activationCases,
  ...arithmeticCases,
  ...attentionCases,
  ...convolutionCases,
  ...einsumCases,
  ...fusedCases,
  ...gatheringCases,
  ...layerNormalizationCases,
  ...lpPoolingCases,
  ...matrixCases,
  ...movementCases,
  ...normalizationCases,
  ...pointwiseCases,
  ...poolingCases,
  ...rearrangingCases,
  ...reductionCases,
  ...resizingCases
]
