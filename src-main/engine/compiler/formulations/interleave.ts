import type { GraphWriter } from '@engine/graph/writer'
import { backwardKernel, type ConvolutionCase } from './convolution-case'
import { reframe } from './frame'
import { spreadWithZeros } from './spread'
import { backwardPads } from './window'

/**
 * Data gradient of a strided convolution by putting zeros between the gradient's elements and convolving with stride 1.
 * A pointwise kernel is applied first, on the coarse grid. Null when the padding would be negative.
 */
export function interleaved(w: GraphWriter, gradient: string, conv: ConvolutionCase): string | null {
  const { window, groups, kernelSizes, like } = conv
  const fine = window.narrow.map((size, axis) => size * window.strides[axis])
  const spread = (tensor: string, channels: number): string =>
    spreadWithZeros(w, tensor, { channels, sizes: window.narrow, factors: window.strides, like })
  if (window.kernel.every((size) => size === 1)) {
    const coarse = w.op('Conv', [gradient, backwardKernel(w, conv)], { kernel_shape: window.kernel, group: groups })
    return reframe(w, spread(coarse, kernelSizes[1] * groups), {
      from: fine,
      to: window.wide,
      offset: window.padsBefore.map((count) => -count)
    })
  }
  const pads = backwardPads({ ...window, narrow: fine })
  if (pads === null) return null
  return w.op('Conv', [spread(gradient, kernelSizes[0]), backwardKernel(w, conv)], {
    kernel_shape: window.kernel,
    dilations: window.dilations,
    pads: [...pads.before, ...pads.after],
    group: groups
  })
}
