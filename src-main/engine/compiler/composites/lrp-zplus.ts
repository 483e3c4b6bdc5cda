import { affineOfZPlus } from './lrp/affine-rule'
import { zPlusRule } from './lrp/layer-rules'
import type { RelevancePlan } from './lrp/relevance'
import type { RelevanceSettings } from './lrp/settings'

/**
 * The z+ rule in every layer, down to the pixels, without biases: relevance is conserved. Montavon et al., Pattern
 * Recognition 65, 2017; with ε = 1e-6 and the logit as start the LRP-ε-z⁺ of the notebooks after Sümer et al. 2023.
 */
export const lrpZPlus = ({ epsilon }: RelevanceSettings): RelevancePlan => ({
  convolution: zPlusRule(epsilon, 'without-bias'),
  dense: zPlusRule(epsilon, 'without-bias'),
  affine: affineOfZPlus('without-bias'),
  followsActivity: true
})
