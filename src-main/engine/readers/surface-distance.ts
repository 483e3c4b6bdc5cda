import { percentileOfSorted } from '@engine/metrics/percentile'
import { squaredDistances } from '@engine/readers/distance-transform'
import type { MaskGrid } from '@engine/readers/reader-mask'

/** Distances between the surfaces of two masks, millimetres (voxels when the grid has no spacing). */
export interface SurfaceDistances {
  /** The larger of the two directed Hausdorff distances. */
  readonly hausdorff: number
  /** The larger of the two directed 95th percentiles (linear interpolation). */
  readonly hausdorff95: number
  /** Mean of the two directed mean distances. */
  readonly average: number
}

/**
 * Null when a mask is empty: then no surface exists. A surface voxel has a face neighbour outside its mask; the rim of the image counts as outside.
 * Source: Taha AA, Hanbury A. Metrics for evaluating 3D medical image segmentation. BMC Med Imaging 2015;15:29.
 */
export function surfaceDistances(first: Uint8Array, second: Uint8Array, grid: MaskGrid): SurfaceDistances | null {
  const surfaces = [surfaceOf(first, grid), surfaceOf(second, grid)]
  const there = directed(surfaces[0], surfaces[1], grid)
  const back = directed(surfaces[1], surfaces[0], grid)
  if (there.length === 0 || back.length === 0) return null
  return {
    hausdorff: Math.max(there[there.length - 1], back[back.length - 1]),
    hausdorff95: Math.max(percentileOfSorted(there, 95), percentileOfSorted(back, 95)),
    average: (mean(there) + mean(back)) / 2
  }
}

/** Sorted distances of every surface voxel of one mask to the other's surface. */
function directed(from: Uint8Array, to: Uint8Array, grid: MaskGrid): Float64Array {
  const squares = squaredDistances(to, grid)
  return Float64Array.from(
    squares.filter((_, index) => from[index] !== 0),
    Math.sqrt
  ).sort()
}

function surfaceOf(mask: Uint8Array, { size: [columns, rows, slices] }: MaskGrid): Uint8Array {
  const surface = new Uint8Array(mask.length)
  const plane = columns * rows
  for (let index = 0; index < mask.length; index++) {
    if (mask[index] === 0) continue
    const column = index % columns
    const row = Math.floor(index / columns) % rows
    const slice = Math.floor(index / plane)
    const outside =
      (columns > 1 && (column === 0 || column === columns - 1 || !mask[index - 1] || !mask[index + 1])) ||
      (rows > 1 && (row === 0 || row === rows - 1 || !mask[index - columns] || !mask[index + columns])) ||
      (slices > 1 && (slice === 0 || slice === slices - 1 || !mask[index - plane] || !mask[index + plane]))
    if (outside || mask.length === 1) surface[index] = 1
  }
  return surface
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
