import { flatRule, wSquareRule } from './lrp/pixel-rules'
import type { RelevancePlan } from './lrp/relevance'

/** Squared weights in every layer. Montavon et al., Pattern Recognition 65, 2017. */
export const lrpWSquare = (): RelevancePlan => ({
  convolution: wSquareRule,
  dense: wSquareRule,
  affine: 'pass',
  followsActivity: false
})

/** Equal shares in every layer. Lapuschkin et al., Nature Communications 10:1096, 2019. */
export const lrpFlat = (): RelevancePlan => ({
  convolution: flatRule,
  dense: flatRule,
  affine: 'pass',
  followsActivity: false
})
