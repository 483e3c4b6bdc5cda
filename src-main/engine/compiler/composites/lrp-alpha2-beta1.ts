import { alphaBetaRule } from './lrp/layer-rules'
import type { RelevancePlan } from './lrp/relevance'

/** The α = 2, β = 1 rule in every layer. Bach et al., PLOS ONE 2015, 10(7):e0130140. */
export const lrpAlpha2Beta1 = (): RelevancePlan => ({
  convolution: alphaBetaRule(2, 1),
  dense: alphaBetaRule(2, 1),
  affine: 'share',
  followsActivity: true
})
