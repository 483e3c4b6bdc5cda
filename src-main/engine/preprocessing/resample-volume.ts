import type { Volume } from '@engine/geometry/volume'
import { elementCount, type Tensor } from '@engine/tensor/tensor'
import { type AxisTap, axisTaps } from './axis-taps'
import type { ModelAxis, ModelGrid } from './model-grid'

type Interpolation = 'linear' | 'nearest'

/** Values of an image, i fastest, with its `[columns, rows, slices]`. */
export interface ImageValues {
  readonly values: ArrayLike<number>
  readonly size: Volume['size']
}

/**
 * Image values on a model's grid, in the order of its axes. Linear interpolation with half-pixel centres along each axis;
 * when shrinking, the triangle widens with the scale so that nothing is skipped. Outside the image: `padding`.
 */
export function toModelVolume(
  image: ImageValues,
  grid: ModelGrid,
  padding: number,
  interpolation: Interpolation
): Float32Array {
  const taps = byImageAxis(grid).map((axis) => turned(forwardTaps(axis, interpolation), axis.from, axis.flipped))
  const data = image.values instanceof Float32Array ? image.values : Float32Array.from(image.values)
  const sampled = sampleAxes({ data, shape: [...image.size].reverse() }, [...taps].reverse(), padding)
  return transposed(
    sampled,
    grid.map(({ imageAxis }) => 2 - imageAxis)
  )
}

/**
 * Values that cover a model's field (any resolution, in the order of its axes) on the grid of the image, i fastest;
 * 0 where the model saw nothing.
 */
export function toImageVolume(field: Tensor, grid: ModelGrid, interpolation: Interpolation): Float32Array {
  const coarse = grid.map((axis, index) => ({
    ...axis,
    to: field.shape[index],
    scale: (axis.scale * axis.to) / field.shape[index]
  }))
  const order = [2, 1, 0].map((imageAxis) => grid.findIndex((axis) => axis.imageAxis === imageAxis))
  const data = transposed(field, order)
  const taps = order.map((position) => backwardTaps(coarse[position], interpolation))
  const shape = order.map((position) => field.shape[position])
  return sampleAxes({ data, shape }, taps, 0).data
}

/** Image voxels along one axis that lie in the model's field, `[first, end)`. */
export function seenSpan({ from, to, scale, offset, flipped }: ModelAxis): [number, number] {
  const first = Math.min(from, Math.max(0, Math.ceil(offset - 0.5)))
  const end = Math.min(from, Math.max(0, Math.floor(offset + scale * to - 0.5) + 1))
  return flipped ? [from - end, from - first] : [first, end]
}

function byImageAxis(grid: ModelGrid): ModelAxis[] {
  return [0, 1, 2].map((imageAxis) => grid.find((axis) => axis.imageAxis === imageAxis) ?? grid[0])
}

const forwardTaps = ({ from, to, scale, offset }: ModelAxis, interpolation: Interpolation): AxisTap[] =>
  axisTaps({ from, to, scale, offset }, interpolation).map(trimmed)

/** The taps of image voxels that read the model's voxels; a flipped axis is read from its other end. */
function backwardTaps({ from, to, scale, offset, flipped }: ModelAxis, interpolation: Interpolation): AxisTap[] {
  const taps = axisTaps({ from: to, to: from, scale: 1 / scale, offset: -offset / scale }, interpolation).map(trimmed)
  return flipped ? taps.reverse() : taps
}

/** Taps counted from the other end of the source. */
function turned(taps: AxisTap[], from: number, flipped: boolean): AxisTap[] {
  if (!flipped) return taps
  return taps.map(({ start, weights, inside }) => ({
    start: from - start - weights.length,
    weights: Float64Array.from(weights).reverse(),
    inside
  }))
}

/** Without weights of 0 at its ends, so that an axis that is only cut or turned is copied. */
function trimmed(tap: AxisTap): AxisTap {
  const first = tap.weights.findIndex((weight) => weight !== 0)
  if (first < 0) return tap
  let end = tap.weights.length
  while (tap.weights[end - 1] === 0) end--
  return { ...tap, start: tap.start + first, weights: tap.weights.slice(first, end) }
}

/** Three axes one after the other; positions outside along any axis become `padding`. */
function sampleAxes(source: Tensor, taps: readonly AxisTap[][], padding: number): Tensor {
  let current = source
  taps.forEach((axisTaps, axis) => (current = sampleAxis(current, axis, axisTaps)))
  // Only a source that was copied may be written to.
  const outside = taps.some((axisTaps) => axisTaps.some(({ inside }) => !inside))
  if (!outside) return current
  return { data: padded(current, taps, padding), shape: current.shape }
}

function sampleAxis(source: Tensor, axis: number, taps: readonly AxisTap[]): Tensor {
  const length = source.shape[axis]
  const copied = taps.length === length && taps.every(({ start, weights }, at) => start === at && weights.length === 1)
  if (copied) return source
  const inner = elementCount(source.shape.slice(axis + 1))
  const outer = elementCount(source.shape.slice(0, axis))
  const data = new Float32Array(outer * taps.length * inner)
  const row = new Float64Array(inner)
  for (let block = 0; block < outer; block++) {
    taps.forEach(({ start, weights }, at) => {
      const from = (block * length + start) * inner
      const to = (block * taps.length + at) * inner
      if (weights.length === 1) {
        data.set(source.data.subarray(from, from + inner), to)
        return
      }
      row.fill(0)
      weights.forEach((weight, step) => {
        const line = from + step * inner
        for (let offset = 0; offset < inner; offset++) row[offset] += weight * source.data[line + offset]
      })
      data.set(row, to)
    })
  }
  return { data, shape: source.shape.map((size, position) => (position === axis ? taps.length : size)) }
}

function padded({ data, shape }: Tensor, taps: readonly AxisTap[][], padding: number): Float32Array {
  const out = new Float32Array(data.length).fill(padding)
  const [first, end] = [0, 1].map((side) =>
    taps.map((axisTaps) => {
      const inside = axisTaps.map(({ inside }) => inside)
      return side === 0 ? Math.max(0, inside.indexOf(true)) : inside.lastIndexOf(true) + 1
    })
  )
  for (let a = first[0]; a < end[0]; a++) {
    for (let b = first[1]; b < end[1]; b++) {
      const line = (a * shape[1] + b) * shape[2]
      out.set(data.subarray(line + first[2], line + end[2]), line + first[2])
    }
  }
  return out
}

/** Axes in a new order: axis `p` of the result is axis `order[p]` of the source. */
function transposed({ data, shape }: Tensor, order: readonly number[]): Float32Array {
  if (order.every((axis, position) => axis === position)) return data
  const strides = [shape[1] * shape[2], shape[2], 1]
  const [s0, s1, s2] = order.map((axis) => strides[axis])
  const [n0, n1, n2] = order.map((axis) => shape[axis])
  const out = new Float32Array(data.length)
  let at = 0
  for (let a = 0; a < n0; a++) {
    for (let b = 0; b < n1; b++) {
      let from = a * s0 + b * s1
      for (let c = 0; c < n2; c++, from += s2) out[at++] = data[from]
    }
  }
  return out
}
