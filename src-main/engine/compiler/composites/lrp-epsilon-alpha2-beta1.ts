import { alphaBetaRule, epsilonRule } from './lrp/layer-rules'
import { flatRule } from './lrp/pixel-rules'
import type { RelevancePlan } from './lrp/relevance'
import type { RelevanceSettings } from './lrp/settings'

/** α = 2, β = 1 in convolutions, ε in dense layers: zennit's EpsilonAlpha2Beta1 (Anders et al., arXiv:2106.13200). */
export const lrpEpsilonAlpha2Beta1 = ({ epsilon }: RelevanceSettings): RelevancePlan => ({
  convolution: alphaBetaRule(2, 1),
  dense: epsilonRule(epsilon),
  affine: 'share',
  followsActivity: true
})

/** The same with the flat rule in the layer that reads the image: zennit's EpsilonAlpha2Beta1Flat. */
export const lrpEpsilonAlpha2Beta1Flat = (settings: RelevanceSettings): RelevancePlan => ({
  ...lrpEpsilonAlpha2Beta1(settings),
  first: { rule: flatRule, kind: 'any' }
})
