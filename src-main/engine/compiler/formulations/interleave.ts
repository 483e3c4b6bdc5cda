import type { GraphWriter } from '@engine/graph/writer'
import { backwardKernel, type ConvolutionCase } from './conv-data-gradient'
import { reframe } from './frame'
import { spreadWithZeros } from './spread'

/**
 * Data gradient of a strided pointwise convolution: a pointwise convolution on the coarse grid, then zeros between its results.
 * For larger kernels (never chosen there) null.
 */
export function interleaved(w: GraphWriter, gradient: string, conv: ConvolutionCase): string | null {
  const { window, groups, kernelSizes } = conv
  if (window.kernel.some((size) => size !== 1)) return null
  const coarse = w.op('Conv', [gradient, backwardKernel(w, conv)], { kernel_shape: window.kernel, group: groups })
  const channels = kernelSizes[1] * groups
  const spread = spreadWithZeros(w, coarse, { channels, sizes: window.narrow, factors: window.strides })
  const from = window.narrow.map((size, axis) => size * window.strides[axis])
  return reframe(w, spread, { from, to: window.wide, offset: window.padsBefore.map((count) => -count) })
}
