import type { AttributionMethod } from '@engine/attribution/method'
import { ablationcam } from '@engine/attribution/methods/ablationcam'
import { blurIg } from '@engine/attribution/methods/blur-ig'
import { betaSmooth } from '@engine/attribution/methods/beta-smooth'
import { deconvolution } from '@engine/attribution/methods/deconvolution'
import { deeplift } from '@engine/attribution/methods/deeplift'
import { edge } from '@engine/attribution/methods/edge'
import { eigencam } from '@engine/attribution/methods/eigencam'
import { eigengradcam } from '@engine/attribution/methods/eigengradcam'
import { expectedGradients } from '@engine/attribution/methods/expected-gradients'
import { fullgrad } from '@engine/attribution/methods/fullgrad'
import { excitationBackprop } from '@engine/attribution/methods/excitation-backprop'
import { gradcam } from '@engine/attribution/methods/gradcam'
import { gradcamClinicadl } from '@engine/attribution/methods/gradcam-clinicadl'
import { gradcamElementwise } from '@engine/attribution/methods/gradcam-elementwise'
import { gradcamPlusPlus } from '@engine/attribution/methods/gradcam-plus-plus'
import { gradient } from '@engine/attribution/methods/gradient'
import { guidedBackprop } from '@engine/attribution/methods/guided-backprop'
import { guidedGradcam } from '@engine/attribution/methods/guided-gradcam'
import { guidedIg } from '@engine/attribution/methods/guided-ig'
import { hirescam } from '@engine/attribution/methods/hirescam'
import { inputXGradient } from '@engine/attribution/methods/input-x-gradient'
import { integratedGradients } from '@engine/attribution/methods/integrated-gradients'
import { layercam } from '@engine/attribution/methods/layercam'
import { lrpAlpha2Beta1 } from '@engine/attribution/methods/lrp-alpha2-beta1'
import { lrpEpsilon } from '@engine/attribution/methods/lrp-epsilon'
import { lrpEpsilonAlpha2Beta1 } from '@engine/attribution/methods/lrp-epsilon-alpha2-beta1'
import { lrpEpsilonAlpha2Beta1Flat } from '@engine/attribution/methods/lrp-epsilon-alpha2-beta1-flat'
import { lrpEpsilonGammaBox } from '@engine/attribution/methods/lrp-epsilon-gamma-box'
import { lrpEpsilonPlus } from '@engine/attribution/methods/lrp-epsilon-plus'
import { lrpEpsilonPlusFlat } from '@engine/attribution/methods/lrp-epsilon-plus-flat'
import { lrpFlat } from '@engine/attribution/methods/lrp-flat'
import { lrpGamma } from '@engine/attribution/methods/lrp-gamma'
import { lrpWSquare } from '@engine/attribution/methods/lrp-wsquare'
import { lrpZPlus } from '@engine/attribution/methods/lrp-zplus'
import { occlusion } from '@engine/attribution/methods/occlusion'
import { random } from '@engine/attribution/methods/random'
import { randomcam } from '@engine/attribution/methods/randomcam'
import { rise } from '@engine/attribution/methods/rise'
import { scorecam } from '@engine/attribution/methods/scorecam'
import { xgradcam } from '@engine/attribution/methods/xgradcam'
import { xrai } from '@engine/attribution/methods/xrai'

/** Every base method, in the order of the picker. */
export const methods: readonly AttributionMethod<never>[] = [
  gradcam,
  gradcamPlusPlus,
  hirescam,
  xgradcam,
  layercam,
  gradcamElementwise,
  eigencam,
  eigengradcam,
  scorecam,
  ablationcam,
  fullgrad,
  xrai,
  gradcamClinicadl,
  gradient,
  inputXGradient,
  integratedGradients,
  expectedGradients,
  blurIg,
  guidedIg,
  guidedBackprop,
  deconvolution,
  betaSmooth,
  lrpEpsilonPlusFlat,
  lrpEpsilonPlus,
  lrpEpsilonGammaBox,
  lrpEpsilonAlpha2Beta1,
  lrpEpsilonAlpha2Beta1Flat,
  lrpEpsilon,
  lrpZPlus,
  lrpGamma,
  lrpAlpha2Beta1,
  lrpWSquare,
  lrpFlat,
  excitationBackprop,
  deeplift,
  guidedGradcam,
  occlusion,
  rise,
  random,
  randomcam,
  edge
]
