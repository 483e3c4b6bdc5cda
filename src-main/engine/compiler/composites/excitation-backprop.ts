import { affineOfZPlus } from './lrp/affine-rule'
import { smallStabiliser, zPlusRule } from './lrp/layer-rules'
import type { RelevancePlan } from './lrp/relevance'

/**
 * Excitation backpropagation: each winner passes its probability to its inputs in proportion to the positive products.
 * Zhang et al., Top-Down Neural Attention by Excitation Backprop, ECCV 2016. Positive biases take their share, as in zennit.
 */
export const excitationBackprop = (): RelevancePlan => ({
  convolution: zPlusRule(smallStabiliser, 'with-bias'),
  dense: zPlusRule(smallStabiliser, 'with-bias'),
  affine: affineOfZPlus('with-bias'),
  followsActivity: true
})
