import { type Reduction, reduceMap } from '@engine/attribution/reduction'
import type { Volume } from '@engine/geometry/volume'
import { voxelCount } from '@engine/geometry/volume'
import type { PreparedImage } from '@engine/preprocessing/prepare'
import { toImageGrid } from '@engine/preprocessing/resample-slice'
import { putSlice } from '@engine/preprocessing/slices'
import { type Tensor, zeros } from '@engine/tensor/tensor'
import type { ComputedMap } from './compute-map'

/** A reduced map, on the model's own grid and on the grid of its image. */
export interface PlacedMap {
  /** One value per voxel of the image, i fastest; 0 where the model saw nothing or the slice was not selected. */
  readonly values: Float32Array
  readonly size: Volume['size']
  /** The reduced values before interpolation, `[slices, H, W]`: the model's own cells. */
  readonly cells: Tensor
  readonly low: number
  readonly high: number
  readonly flat: boolean
  readonly clippedAt: number | null
}

/**
 * Reduces the attribution of all slices together (one clip and one scale for the whole volume) and lays it on the
 * image, with the image's geometry.
 */
export function placeMap(
  computed: ComputedMap,
  prepared: PreparedImage,
  size: Volume['size'],
  reduction: Reduction
): PlacedMap {
  const joined = joinSlices(computed.slices.map(({ attribution }) => attribution.map))
  const reduced = reduceMap(joined, reduction)
  const values = new Float32Array(voxelCount({ size }))
  const { width, height } = prepared.grid
  const pixels = width * height
  computed.slices.forEach(({ index }, position) => {
    const plane = reduced.map.data.subarray(position * pixels, (position + 1) * pixels)
    putSlice(values, size, prepared.plan.axis, { index, values: toImageGrid(plane, prepared.grid) })
  })
  return {
    values,
    size,
    cells: nativeCells(computed, reduction) ?? {
      data: reduced.map.data,
      shape: [computed.slices.length, height, width]
    },
    low: reduced.low,
    high: reduced.high,
    flat: reduced.flat,
    clippedAt: reduced.clippedAt
  }
}

/** Slices `[1, C, H, W]` as one `[1, C, slices, H, W]`, so that a reduction sees the whole volume. */
export function joinSlices(slices: readonly Tensor[]): Tensor {
  const [, channels, ...spatial] = slices[0].shape
  const joined = zeros([1, channels, slices.length, ...spatial])
  const pixels = slices[0].data.length / channels
  slices.forEach((slice, position) => {
    for (let channel = 0; channel < channels; channel++) {
      const plane = slice.data.subarray(channel * pixels, (channel + 1) * pixels)
      joined.data.set(plane, (channel * slices.length + position) * pixels)
    }
  })
  return joined
}

/** The layer-size map of CAM methods (its positive part, as drawn), reduced the same way. */
function nativeCells(computed: ComputedMap, reduction: Reduction): Tensor | undefined {
  const layers = computed.slices.map(({ attribution }) => attribution.layer)
  const present = layers.filter((layer) => layer !== undefined)
  if (present.length !== layers.length) return undefined
  const joined = joinSlices(present)
  const positive: Tensor = { data: joined.data.map((value) => Math.max(0, value)), shape: joined.shape }
  const reduced = reduceMap(positive, reduction)
  return { data: reduced.map.data, shape: joined.shape.slice(2) }
}
