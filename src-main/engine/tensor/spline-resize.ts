import { splineAt, splineCoefficients } from '@engine/tensor/cubic-spline'
import { type Grid, gaussianFilter } from '@engine/tensor/gaussian-filter'
import { elementCount } from '@engine/tensor/tensor'

/** Zeros put around the array: the spline has forgotten its border after so many samples (its filter's pole is 0.27, and 0.27¹² = 1e-7). */
const margin = 12

/**
 * Resizes all axes by cubic splines on half-pixel centres; beyond the border lies 0. A shrinking axis is smoothed first (sigma half the
 * factor less one half), and the result is held within `low … high`, where a spline overshoots.
 * Equals scikit-image's `resize(order=3, mode='constant', anti_aliasing=True)`, which holds it within the range of all channels together.
 */
export function splineResize(grid: Grid, to: readonly number[], [low, high]: readonly [number, number]): Float64Array {
  const sigmas = grid.shape.map((size, axis) => Math.max(0, (size / to[axis] - 1) / 2))
  let data = gaussianFilter(grid, sigmas, 'zero')
  const shape = [...grid.shape]
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === to[axis]) continue
    data = resizeAxis({ data, shape }, axis, to[axis])
    shape[axis] = to[axis]
  }
  return data.map((value) => Math.min(high, Math.max(low, value)))
}

/** Position in the source for each position of an axis resized on half-pixel centres. */
export const halfPixel = (index: number, from: number, to: number): number => (index + 0.5) * (from / to) - 0.5

function resizeAxis({ data, shape }: Grid, axis: number, to: number): Float64Array {
  const inner = elementCount(shape.slice(axis + 1))
  const from = shape[axis]
  const blocks = data.length / (from * inner)
  const out = new Float64Array(blocks * to * inner)
  const line = new Float64Array(from + 2 * margin)
  for (let block = 0; block < blocks; block++) {
    for (let offset = 0; offset < inner; offset++) {
      line.fill(0)
      const source = block * from * inner + offset
      for (let index = 0; index < from; index++) line[margin + index] = data[source + index * inner]
      splineCoefficients(line)
      const target = block * to * inner + offset
      for (let index = 0; index < to; index++) {
        out[target + index * inner] = splineAt(line, halfPixel(index, from, to) + margin)
      }
    }
  }
  return out
}
