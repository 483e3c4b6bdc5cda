import { percentileOfSorted } from '@engine/metrics/percentile'
import { squaredDistances } from '@engine/readers/distance-transform'
import type { MaskGrid } from '@engine/readers/reader-mask'

/** Distances between the surfaces of two masks, millimetres (voxels when the grid has no spacing). */
export interface SurfaceDistances {
  /** The larger of the two directed Hausdorff distances. */
  readonly hausdorff: number
  /** The larger of the two directed 95th percentiles (linear interpolation). */
  readonly hausdorff95: number
  /** The 95th percentile of both directions together, as some tools report it. */
  readonly pooled95: number
  /** Mean of the two directed mean distances. */
  readonly average: number
  /** Mean of all distances of both directions together. */
  readonly pooledAverage: number
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
  const pooled = new Float64Array(there.length + back.length)
  pooled.set(there)
  pooled.set(back, there.length)
  pooled.sort()
  return {
    hausdorff: Math.max(there[there.length - 1], back[back.length - 1]),
    hausdorff95: Math.max(percentileOfSorted(there, 95), percentileOfSorted(back, 95)),
    pooled95: percentileOfSorted(pooled, 95),
    average: (mean(there) + mean(back)) / 2,
    pooledAverage: mean(pooled)
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

function surfaceOf(mask: Uint8Array, { size }: MaskGrid): Uint8Array {
  const steps = [1, size[0], size[0] * size[1]]
  const atRim = (index: number, axis: number): boolean => {
    const place = Math.floor(index / steps[axis]) % size[axis]
    return place === 0 || place === size[axis] - 1
  }
  // An axis with one place has no neighbours: a slice is not all rim.
  const axes = [0, 1, 2].filter((axis) => size[axis] > 1)
  const touchesOutside = (index: number): boolean =>
    axes.length === 0 ||
    axes.some((axis) => atRim(index, axis) || mask[index - steps[axis]] === 0 || mask[index + steps[axis]] === 0)
  return mask.map((value, index) => (value !== 0 && touchesOutside(index) ? 1 : 0))
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
