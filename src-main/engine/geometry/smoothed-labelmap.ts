import { gaussianFilter } from '@engine/tensor/gaussian-filter'

/** What is smoothed: 0 or 1 a voxel, the first axis fastest. */
export interface SmoothedMask {
  readonly voxels: Uint8Array
  readonly size: readonly [number, number, number]
  readonly spacing: readonly [number, number, number]
}

/**
 * A mask blurred with a Gaussian of a standard deviation in millimetres and cut at one half; nothing lies beyond the array.
 * Equal to `scipy.ndimage.gaussian_filter(mode='constant') > 0.5`. An axis of one voxel is left alone.
 */
export function gaussianSmoothed(mask: SmoothedMask, sigma: number): Uint8Array {
  const [columns, rows, slices] = mask.size
  const sigmas = mask.size.map((length, axis) => (length === 1 ? 0 : sigma / mask.spacing[axis])).reverse()
  const grid = { data: Float64Array.from(mask.voxels), shape: [slices, rows, columns] }
  return Uint8Array.from(gaussianFilter(grid, sigmas, 'zero'), (value) => (value > 0.5 ? 1 : 0))
}
