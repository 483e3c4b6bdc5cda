import { gammaRule } from './lrp/layer-rules'
import type { RelevancePlan } from './lrp/relevance'
import type { RelevanceSettings } from './lrp/settings'

/** The γ rule in every layer. Montavon et al., Layer-Wise Relevance Propagation: An Overview, 2019. */
export const lrpGamma = ({ gamma }: RelevanceSettings): RelevancePlan => ({
  convolution: gammaRule(gamma),
  dense: gammaRule(gamma),
  affine: 'share',
  followsActivity: true
})
