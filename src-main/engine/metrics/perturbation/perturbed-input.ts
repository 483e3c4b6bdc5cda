import { linearImputer, type Plane } from '@engine/metrics/perturbation/linear-imputation'
import { blurred } from '@engine/metrics/perturbation/blurred'
import { randomStream } from '@engine/tensor/random'
import type { Tensor } from '@engine/tensor/tensor'

export const replacements = ['road', 'mean', 'zero', 'blur'] as const
export type Replacement = (typeof replacements)[number]

/** Noise on imputed pixels, so that a model cannot tell them by their smoothness: standard deviation in input units. */
export interface ImputationNoise {
  readonly deviation: number
  readonly seed: number
}

/** Where the planes of a model input lie, and which of them one plane of a map belongs to. */
interface Layout {
  readonly plane: Plane
  readonly pixels: number
  /** Slices a map has. */
  readonly slices: number
  /** Offsets in the input of every channel of a slice. */
  offsets(slice: number): number[]
}

/** `[N, C, H, W]` with N slices, or `[1, C, D, H, W]`. */
function layoutOf({ shape }: Tensor): Layout {
  const [rows, columns] = shape.slice(-2)
  const pixels = rows * columns
  const [batch, channels] = shape
  const depth = shape.length === 5 ? shape[2] : 1
  const slices = shape.length === 5 ? depth : batch
  const offsets = (slice: number): number[] =>
    Array.from({ length: channels }, (_, channel) =>
      shape.length === 5 ? (channel * depth + slice) * pixels : (slice * channels + channel) * pixels
    )
  return { plane: { columns, rows }, pixels, slices, offsets }
}

/** True when a map of this shape lies on the pixels of the input. */
export function fitsInput(mapShape: readonly number[], input: Tensor): boolean {
  const { slices, plane } = layoutOf(input)
  const [rows, columns] = mapShape.slice(-2)
  const mapSlices = mapShape.slice(0, -2).reduce((product, length) => product * length, 1)
  return rows === plane.rows && columns === plane.columns && mapSlices === slices
}

/** The image with the removed pixels of every slice replaced, all channels alike. `removed` runs over the pixels of the map. */
export function withReplaced(
  input: Tensor,
  removed: Uint8Array,
  replacement: Replacement,
  noise: ImputationNoise | null = null
): Tensor {
  const layout = layoutOf(input)
  const data = input.data.slice()
  const random = noise === null ? null : randomStream(noise.seed, 'imputation')
  for (let slice = 0; slice < layout.slices; slice++) {
    const missing = removed.subarray(slice * layout.pixels, (slice + 1) * layout.pixels)
    if (!missing.includes(1)) continue
    const replaced = replacer(missing, layout.plane, replacement)
    for (const offset of layout.offsets(slice)) {
      const filled = replaced(input.data.subarray(offset, offset + layout.pixels))
      for (let index = 0; index < missing.length; index++) {
        if (missing[index] === 0) continue
        data[offset + index] = filled[index] + (random === null ? 0 : noise!.deviation * random.normal())
      }
    }
  }
  return { data, shape: input.shape }
}

function replacer(missing: Uint8Array, size: Plane, replacement: Replacement): (plane: Float32Array) => Float32Array {
  switch (replacement) {
    case 'road': {
      const whole = missing.every((flag) => flag !== 0)
      return whole ? (plane) => new Float32Array(plane.length).fill(meanOf(plane)) : linearImputer(missing, size)
    }
    case 'mean':
      return (plane) => new Float32Array(plane.length).fill(meanOf(plane))
    case 'zero':
      return (plane) => new Float32Array(plane.length)
    case 'blur':
      // RISE's blur: sigma 5 in a window of 11 pixels.
      return (plane) => blurred(plane, size, 5, 5)
  }
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** One input with the removed pixels of another, all channels alike. */
export function withPixelsOf(input: Tensor, other: Tensor, removed: Uint8Array): Tensor {
  const { slices, pixels, offsets } = layoutOf(input)
  const data = input.data.slice()
  for (let slice = 0; slice < slices; slice++) {
    for (const offset of offsets(slice)) {
      for (let index = 0; index < pixels; index++) {
        if (removed[slice * pixels + index] !== 0) data[offset + index] = other.data[offset + index]
      }
    }
  }
  return { data, shape: input.shape }
}

/** The input with every pixel multiplied by a map, all channels alike. */
export function weightedBy(input: Tensor, map: Float32Array): Tensor {
  return withEachPixel(input, (value, pixel) => value * map[pixel])
}

/** The input less a change, the same in all channels of a pixel. */
export function lessChange(input: Tensor, change: Float32Array): Tensor {
  return withEachPixel(input, (value, pixel) => value - change[pixel])
}

/** `change` is given a value and the pixel of the map it lies on. */
function withEachPixel(input: Tensor, change: (value: number, pixel: number) => number): Tensor {
  const { slices, pixels, offsets } = layoutOf(input)
  const data = new Float32Array(input.data.length)
  for (let slice = 0; slice < slices; slice++) {
    for (const offset of offsets(slice)) {
      for (let index = 0; index < pixels; index++) {
        data[offset + index] = change(input.data[offset + index], slice * pixels + index)
      }
    }
  }
  return { data, shape: input.shape }
}

/** Standard deviation over all values of an input. */
export function spreadOf({ data }: Tensor): number {
  const mean = meanOf(data)
  return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
}
