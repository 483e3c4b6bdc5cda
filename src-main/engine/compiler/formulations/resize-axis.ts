/** How one axis is resized; the names are those of the ONNX attributes. */
export interface AxisResize {
  readonly from: number
  readonly to: number
  /** Output elements per input element, as the operator itself computes with it (float32). */
  readonly scale: number
  readonly mode: 'nearest' | 'linear' | 'cubic'
  readonly coordinates: string
  readonly nearest: string
  readonly cubicA: number
  readonly excludeOutside: boolean
  readonly antialias: boolean
  /** Start and end of the region of interest, as shares of the axis: tf_crop_and_resize only. */
  readonly region: readonly [number, number]
}

/** `[from, to]`, row major: how much of each input element is in each output element. */
export type AxisWeights = Float32Array

/**
 * Where an output element lies on the input axis. In float32, because halves must round as they do in the operator.
 */
const coordinates: Readonly<Record<string, (place: number, axis: AxisResize) => number>> = {
  half_pixel: (place, { scale }) => Math.fround(Math.fround((place + 0.5) / scale) - 0.5),
  half_pixel_symmetric(place, { from, to, scale }) {
    const offset = (from / 2) * (1 - to / (scale * from))
    return Math.fround(offset + Math.fround((place + 0.5) / scale) - 0.5)
  },
  pytorch_half_pixel: (place, { scale, to }) => (to > 1 ? Math.fround(Math.fround((place + 0.5) / scale) - 0.5) : 0),
  tf_half_pixel_for_nn: (place, { scale }) => Math.fround((place + 0.5) / scale),
  align_corners: (place, { from, to }) => (to === 1 ? 0 : Math.fround((place * (from - 1)) / (to - 1))),
  asymmetric: (place, { scale }) => Math.fround(place / scale),
  tf_crop_and_resize(place, { from, to, region: [start, end] }) {
    if (to === 1) return 0.5 * (start + end) * (from - 1)
    return start * (from - 1) + (place * (end - start) * (from - 1)) / (to - 1)
  }
}

const roundings: Readonly<Record<string, (position: number, scale: number) => number>> = {
  round_prefer_floor: (position) => Math.ceil(position - 0.5),
  round_prefer_ceil: (position) => Math.floor(position + 0.5),
  floor: (position) => Math.floor(position),
  ceil: (position) => Math.ceil(position),
  // Before opset 11 there was no choice.
  simple: (position, scale) => (scale < 1 ? Math.ceil(position) : Math.floor(position))
}

/** True when every part of the description is one this file knows. */
export function isKnownResize({ mode, coordinates: how, nearest }: AxisResize): boolean {
  return ['nearest', 'linear', 'cubic'].includes(mode) && how in coordinates && nearest in roundings
}

/** The weights of a resized axis. Formulas: ONNX operator Resize, opset 19, and its reference in the same text. */
export function axisWeights(axis: AxisResize): AxisWeights {
  const weights = new Float32Array(axis.from * axis.to)
  for (let place = 0; place < axis.to; place++) {
    const position = coordinates[axis.coordinates](place, axis)
    const isOutside = position < 0 || position > axis.from - 1
    if (axis.coordinates === 'tf_crop_and_resize' && isOutside) continue
    for (const { index, weight } of taps(position, axis)) {
      const row = Math.max(0, Math.min(axis.from - 1, index))
      weights[row * axis.to + place] += weight
    }
  }
  return weights
}

/** An input element, possibly past the border, and its weight. */
interface Tap {
  readonly index: number
  readonly weight: number
}

function taps(position: number, axis: AxisResize): Tap[] {
  if (axis.mode === 'nearest') return [{ index: roundings[axis.nearest](position, axis.scale), weight: 1 }]
  if (axis.antialias) return wideTaps(position, axis)
  if (axis.mode === 'cubic') return cubicTaps(position, axis)
  const inside = Math.max(0, Math.min(axis.from - 1, position))
  const first = Math.floor(inside)
  return [
    { index: first, weight: 1 - (inside - first) },
    { index: first + 1, weight: inside - first }
  ]
}

function cubicTaps(position: number, { from, cubicA, excludeOutside }: AxisResize): Tap[] {
  const first = Math.floor(position) - 1
  const all = [0, 1, 2, 3].map((step) => ({ index: first + step, weight: cubic(position - first - step, cubicA) }))
  return excludeOutside ? normalized(all.filter(({ index }) => index >= 0 && index < from)) : all
}

/** Keys, Cubic Convolution Interpolation for Digital Image Processing, IEEE TASSP 29, 1981. */
function cubic(offset: number, a: number): number {
  const x = Math.abs(offset)
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
}

/** When shrinking, the kernel grows with the step, so that every input element counts. */
function wideTaps(position: number, { from, scale, mode, cubicA, excludeOutside }: AxisResize): Tap[] {
  const stretch = Math.max(1, 1 / scale)
  const reach = (mode === 'cubic' ? 2 : 1) * stretch
  const [first, last] = [Math.floor(position - reach + 1), Math.floor(position + reach + 1) - 1]
  const kernel = (offset: number): number =>
    mode === 'cubic' ? cubic(offset, cubicA) : Math.max(0, 1 - Math.abs(offset))
  const all = Array.from({ length: last - first + 1 }, (_, step) => ({
    index: first + step,
    weight: kernel((first + step - position) / stretch)
  }))
  return normalized(excludeOutside ? all.filter(({ index }) => index >= 0 && index < from) : all)
}

function normalized(all: readonly Tap[]): Tap[] {
  const total = all.reduce((sum, { weight }) => sum + weight, 0)
  return all.map(({ index, weight }) => ({ index, weight: weight / total }))
}
