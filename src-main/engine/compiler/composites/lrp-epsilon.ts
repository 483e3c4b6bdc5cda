import { epsilonRule } from './lrp/layer-rules'
import type { RelevancePlan } from './lrp/relevance'
import type { RelevanceSettings } from './lrp/settings'

/** The ε rule in every layer. Bach et al., PLOS ONE 2015, 10(7):e0130140. */
export const lrpEpsilon = ({ epsilon }: RelevanceSettings): RelevancePlan => ({
  convolution: epsilonRule(epsilon),
  dense: epsilonRule(epsilon),
  affine: 'share',
  followsActivity: true
})
