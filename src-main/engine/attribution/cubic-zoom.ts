import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** Pole of the cubic B-spline's inverse filter (Unser, IEEE Signal Processing Magazine 16(6), 1999). */
const pole = Math.sqrt(3) - 2

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
  const taps = Array.from({ length: to }, (_, index) => tapsAt(to > 1 ? (index * (from - 1)) / (to - 1) : 0, from))
  const result = new Float64Array(outer * to * inner)
  const line = new Float64Array(from)
  for (let block = 0; block < outer; block++) {
    for (let offset = 0; offset < inner; offset++) {
      for (let index = 0; index < from; index++) line[index] = data[(block * from + index) * inner + offset]
      toCoefficients(line)
      taps.forEach((list, index) => {
        let value = 0
        for (const { at, weight } of list) value += weight * line[at]
        result[(block * to + index) * inner + offset] = value
      })
    }
  }
  return { data: result, shape: shape.map((size, position) => (position === axis ? to : size)) }
}

/** The four B-spline weights around a position, their places mirrored into `[0, length)`. */
function tapsAt(position: number, length: number): { at: number; weight: number }[] {
  const first = Math.floor(position) - 1
  return [0, 1, 2, 3].map((step) => ({ at: mirrored(first + step, length), weight: cubic(position - first - step) }))
}

/** The cubic B-spline. */
function cubic(distance: number): number {
  const x = Math.abs(distance)
  if (x >= 2) return 0
  return x < 1 ? 2 / 3 - x * x + (x * x * x) / 2 : (2 - x) ** 3 / 6
}

/** Mirror about the middle of the end samples, which are not repeated. */
function mirrored(index: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const folded = ((index % period) + period) % period
  return folded < length ? folded : period - folded
}

/** Samples to the coefficients of the spline through them, in place: a causal and an anticausal pass with mirrored ends. */
function toCoefficients(line: Float64Array): void {
  const last = line.length - 1
  if (last === 0) return
  for (let index = 0; index <= last; index++) line[index] *= 6
  line[0] = causalStart(line)
  for (let index = 1; index <= last; index++) line[index] += pole * line[index - 1]
  line[last] = (pole / (pole * pole - 1)) * (line[last] + pole * line[last - 1])
  for (let index = last - 1; index >= 0; index--) line[index] = pole * (line[index + 1] - line[index])
}

/** Σ over the mirrored, endless line of sample k · pole^k: a geometric sum over one period. */
function causalStart(line: Float64Array): number {
  const last = line.length - 1
  let [sum, power] = [0, 1]
  for (let step = 0; step < 2 * last; step++) {
    sum += line[step <= last ? step : 2 * last - step] * power
    power *= pole
  }
  return sum / (1 - power)
}
