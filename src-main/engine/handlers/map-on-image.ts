import { type Reduction, reduceMap } from '@engine/attribution/reduction'
import type { Volume } from '@engine/geometry/volume'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import type { Tensor } from '@engine/tensor/tensor'
import type { ComputedMap } from './compute-map'

/** A reduced map, on the model's own grid and on the grid of its image. */
export interface PlacedMap {
  /** One value per voxel of the image, i fastest; 0 where the model saw nothing or the slice was not selected. */
  readonly values: Float32Array
  readonly size: Volume['size']
  /** The reduced values before interpolation, `[slices, H, W]`: the model's own cells, over the whole image. */
  readonly cells: Tensor
  /** How many cells the model has along columns, rows and slices of the image. */
  readonly cellCount: readonly [number, number, number]
  readonly low: number
  readonly high: number
  readonly flat: boolean
  readonly clippedAt: number | null
}

/**
 * Reduces the attribution of all parts together (one clip and one scale for the whole volume) and lays it on the
 * image, with the image's geometry.
 */
export function placeMap(
  computed: Pick<ComputedMap, 'slices'>,
  prepared: PreparedImage,
  size: Volume['size'],
  reduction: Reduction
): PlacedMap {
  const joined = prepared.join(computed.slices.map(({ attribution }) => attribution.map))
  const reduced = reduceMap(joined, reduction)
  const cells = nativeCells(computed, prepared, reduction) ?? reduced.map
  return {
    values: prepared.onImage(reduced.map, 'linear'),
    size,
    cells: drawnCells(cells, prepared, size),
    cellCount: prepared.cellsOf(cells),
    low: reduced.low,
    high: reduced.high,
    flat: reduced.flat,
    clippedAt: reduced.clippedAt
  }
}

/** Cells `[slices, H, W]` over the whole image; where the model saw a part of it, or turned it, each voxel shows its cell. */
function drawnCells(cells: Tensor, prepared: PreparedImage, size: Volume['size']): Tensor {
  if (prepared.coversImage) {
    const spatial = cells.shape.slice(2)
    return { data: cells.data, shape: spatial.length === 3 ? spatial : [1, ...spatial] }
  }
  return { data: prepared.onImage(cells, 'nearest'), shape: [size[2], size[1], size[0]] }
}

/** The layer-size map of CAM methods (its positive part, as drawn), reduced the same way, `[1, 1, …]`. */
function nativeCells(
  computed: Pick<ComputedMap, 'slices'>,
  prepared: PreparedImage,
  reduction: Reduction
): Tensor | undefined {
  const layers = computed.slices.map(({ attribution }) => attribution.layer)
  const present = layers.filter((layer) => layer !== undefined)
  const joined = present.length === layers.length ? prepared.joinCells(present) : null
  if (joined === null) return undefined
  const positive: Tensor = { data: joined.data.map((value) => Math.max(0, value)), shape: joined.shape }
  return reduceMap(positive, reduction).map
}
