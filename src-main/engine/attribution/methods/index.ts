import type { AttributionMethod } from '@engine/attribution/method'
import { ablationcam } from '@engine/attribution/methods/ablationcam'
import { blurIg } from '@engine/attribution/methods/blur-ig'
import { deconvolution } from '@engine/attribution/methods/deconvolution'
import { edge } from '@engine/attribution/methods/edge'
import { eigencam } from '@engine/attribution/methods/eigencam'
import { eigengradcam } from '@engine/attribution/methods/eigengradcam'
import { expectedGradients } from '@engine/attribution/methods/expected-gradients'
import { fullgrad } from '@engine/attribution/methods/fullgrad'
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
  guidedGradcam,
  occlusion,
  rise,
  random,
  randomcam,
  edge
]
