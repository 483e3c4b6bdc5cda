import type { AttributionMethod } from '@engine/attribution/method'
import { deconvolution } from '@engine/attribution/methods/deconvolution'
import { edge } from '@engine/attribution/methods/edge'
import { gradcam } from '@engine/attribution/methods/gradcam'
import { gradient } from '@engine/attribution/methods/gradient'
import { guidedBackprop } from '@engine/attribution/methods/guided-backprop'
import { guidedGradcam } from '@engine/attribution/methods/guided-gradcam'
import { inputXGradient } from '@engine/attribution/methods/input-x-gradient'
import { integratedGradients } from '@engine/attribution/methods/integrated-gradients'
import { occlusion } from '@engine/attribution/methods/occlusion'
import { random } from '@engine/attribution/methods/random'

/** Every base method, in the order of the picker. */
export const methods: readonly AttributionMethod<never>[] = [
  gradcam,
  gradient,
  inputXGradient,
  integratedGradients,
  guidedBackprop,
  deconvolution,
  guidedGradcam,
  occlusion,
  random,
  edge
]
