import { affineOfZPlus } from './lrp/affine-rule'
import { epsilonRule, smallStabiliser, zPlusRule } from './lrp/layer-rules'
import { flatRule } from './lrp/pixel-rules'
import type { RelevancePlan } from './lrp/relevance'
import type { RelevanceSettings } from './lrp/settings'

/** z+ in convolutions, ε in dense layers: zennit's EpsilonPlus (Anders et al., arXiv:2106.13200). */
export const lrpEpsilonPlus = ({ epsilon }: RelevanceSettings): RelevancePlan => ({
  convolution: zPlusRule(smallStabiliser, 'with-bias'),
  dense: epsilonRule(epsilon),
  affine: affineOfZPlus('with-bias'),
  followsActivity: true
})

/** The same with the flat rule in the layer that reads the image: zennit's EpsilonPlusFlat. */
export const lrpEpsilonPlusFlat = (settings: RelevanceSettings): RelevancePlan => ({
  ...lrpEpsilonPlus(settings),
  first: { rule: flatRule, kind: 'any' }
})
