import type { GraphWriter } from '@engine/graph/writer'
import { slice } from '../operators'
import type { Window } from './window'

/** A convolution whose data gradient is wanted. */
export interface ConvolutionCase {
  readonly window: Window
  readonly groups: number
  /** The kernel tensor, and its sizes: `[outputs, inputs / groups, ...kernel]`. */
  readonly kernel: string
  readonly kernelSizes: readonly number[]
  /** A tensor of the model with the gradient's element type. */
  readonly like: string
}

/**
 * The kernel turned around in space with inputs and outputs swapped within each group: `[inputs, outputs / groups,
 * ...kernel]`. Written as nodes, not computed here: ONNX Runtime folds them when it loads the model, and external
 * weights stay unread.
 */
export function backwardKernel(w: GraphWriter, { kernel, kernelSizes, groups, window }: ConvolutionCase): string {
  const axes = window.kernel.map((_, axis) => axis).filter((axis) => window.kernel[axis] > 1)
  const flipped =
    axes.length === 0
      ? kernel
      : flip(w, kernel, { axes: axes.map((axis) => axis + 2), sizes: axes.map((axis) => window.kernel[axis]) })
  const [outputs, inputsPerGroup] = kernelSizes
  const spatial = window.kernel.map((_, axis) => axis)
  if (groups === 1) return w.op('Transpose', [flipped], { perm: [1, 0, ...spatial.map((axis) => axis + 2)] })
  if (inputsPerGroup === 1 && outputs === groups) return flipped
  const grouped = w.op('Reshape', [flipped, w.int64s([groups, outputs / groups, inputsPerGroup, ...window.kernel])])
  const swapped = w.op('Transpose', [grouped], { perm: [0, 2, 1, ...spatial.map((axis) => axis + 3)] })
  return w.op('Reshape', [swapped, w.int64s([groups * inputsPerGroup, outputs / groups, ...window.kernel])])
}

/** Turns axes around. Negative steps came with opset 10; before that Gather reads backwards. */
function flip(
  w: GraphWriter,
  tensor: string,
  { axes, sizes }: { axes: readonly number[]; sizes: readonly number[] }
): string {
  if (w.opset >= 10) {
    const lowest = -(2 ** 31) + 1
    return slice(w, tensor, {
      axes,
      starts: axes.map(() => -1),
      ends: axes.map(() => lowest),
      steps: axes.map(() => -1)
    })
  }
  return axes.reduce((turned, axis, index) => {
    const backwards = Array.from({ length: sizes[index] }, (_, position) => sizes[index] - 1 - position)
    return w.op('Gather', [turned, w.int64s(backwards)], { axis })
  }, tensor)
}
