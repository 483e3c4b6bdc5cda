import type { AttributionMethod } from '@engine/attribution/method'
import { blurIg } from '@engine/attribution/methods/blur-ig'
import { deconvolution } from '@engine/attribution/methods/deconvolution'
import { edge } from '@engine/attribution/methods/edge'
import { expectedGradients } from '@engine/attribution/methods/expected-gradients'
import { gradcam } from '@engine/attribution/methods/gradcam'
import { gradcamClinicadl } from '@engine/attribution/methods/gradcam-clinicadl'
import { gradient } from '@engine/attribution/methods/gradient'
import { guidedBackprop } from '@engine/attribution/methods/guided-backprop'
import { guidedGradcam } from '@engine/attribution/methods/guided-gradcam'
import { guidedIg } from '@engine/attribution/methods/guided-ig'
import { inputXGradient } from '@engine/attribution/methods/input-x-gradient'
import { integratedGradients } from '@engine/attribution/methods/integrated-gradients'
import { occlusion } from '@engine/attribution/methods/occlusion'
import { random } from '@engine/attribution/methods/random'
import { rise } from '@engine/attribution/methods/rise'
import { xrai } from '@engine/attribution/methods/xrai'

/** Every base method, in the order of the picker. */
export const methods: readonly AttributionMethod<never>[] = [
  gradcam,
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
  edge
]
