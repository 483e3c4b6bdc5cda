import type { GraphWriter } from '@engine/graph/writer'

/*
 * A batch normalization multiplies the gradient by one number per channel: a pass over memory that the convolution
 * before or behind it can do for nothing, by scaled kernels, which ONNX Runtime computes once when it loads the model.
 * The rules leave notes on the tensors they write, and the next rule looks for them.
 */

const rescaling = 'made by a convolution that can scale its channels'
const scaling = 'a scaled tensor'

/** Notes how to write a gradient again with its channels multiplied by a vector. */
export function noteRescaling(w: GraphWriter, gradient: string, rescale: (factors: string) => string): void {
  w.note(gradient, rescaling, rescale)
}

/** How to write a gradient with scaled channels, if its making allows that. */
export function rescalingOf(w: GraphWriter, gradient: string): ((factors: string) => string) | undefined {
  return w.noted(gradient, rescaling)
}

/** The gradient is read elsewhere too: writing it again would compute it twice. */
export function pinScale(w: GraphWriter, gradient: string): void {
  w.forget(gradient, rescaling)
}

/** A gradient before its channels were multiplied, and the vector. */
export interface ScaledGradient {
  readonly unscaled: string
  /** One factor per channel, 1-D. */
  readonly factors: string
}

/** Notes that a gradient is another one with its channels multiplied. */
export function noteScaled(w: GraphWriter, gradient: string, from: ScaledGradient): void {
  w.note(gradient, scaling, from)
}

/** What a gradient was before its channels were multiplied. */
export function scaledFrom(w: GraphWriter, gradient: string): ScaledGradient | undefined {
  return w.noted(gradient, scaling)
}
