import { epsilonRule, gammaRule } from './lrp/layer-rules'
import { boxRule } from './lrp/pixel-rules'
import type { RelevancePlan } from './lrp/relevance'
import type { RelevanceSettings } from './lrp/settings'

/**
 * The box rule in the convolution that reads the image, γ in the other convolutions, ε in dense layers: zennit's
 * EpsilonGammaBox (Anders et al., arXiv:2106.13200).
 */
export const lrpEpsilonGammaBox = ({ epsilon, gamma, low, high }: RelevanceSettings): RelevancePlan => ({
  first: { rule: boxRule({ low, high }), kind: 'convolution' },
  convolution: gammaRule(gamma),
  dense: epsilonRule(epsilon),
  affine: 'share',
  followsActivity: true
})
