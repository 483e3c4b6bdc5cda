import { splineAt, splineCoefficients } from '@engine/tensor/cubic-spline'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/**
 * Resizes the spatial axes of `[N, C, ...spatial]` by interpolating cubic B-splines on a grid whose corners coincide, mirrored
 * at the borders: what `scipy.ndimage.zoom` of order 3 does. Can overshoot the range of the values.
 */
export function cubicZoom(map: Tensor, spatial: readonly number[]): Tensor {
  let current: Values = { data: Float64Array.from(map.data), shape: map.shape }
  spatial.forEach((size, index) => (current = zoomAxis(current, index + 2, size)))
  return { data: Float32Array.from(current.data), shape: current.shape }
}

interface Values {
  readonly data: Float64Array
  readonly shape: readonly number[]
}

function zoomAxis({ data, shape }: Values, axis: number, to: number): Values {
  const from = shape[axis]
  const inner = elementCount(shape.slice(axis + 1))
  const outer = elementCount(shape.slice(0, axis))
  const result = new Float64Array(outer * to * inner)
  const line = new Float64Array(from)
  for (let block = 0; block < outer; block++) {
    for (let offset = 0; offset < inner; offset++) {
      for (let index = 0; index < from; index++) line[index] = data[(block * from + index) * inner + offset]
      splineCoefficients(line)
      for (let index = 0; index < to; index++) {
        const position = to > 1 ? (index * (from - 1)) / (to - 1) : 0
        result[(block * to + index) * inner + offset] = splineAt(line, position)
      }
    }
  }
  return { data: result, shape: shape.map((size, position) => (position === axis ? to : size)) }
}
