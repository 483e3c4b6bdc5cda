import type { ValueBand } from '@shared/drawing/value-band'
import { neighboursIn } from '@engine/geometry/lattice-neighbours'
import { latticeOfMask } from '@engine/readers/drawing/components'
import type { DrawnMask } from '@engine/readers/drawing/crop'

export interface RegionSeed {
  readonly voxel: readonly [number, number, number]
  readonly band: ValueBand
  /** How far from the seed the region may reach, in millimetres; null for no limit. */
  readonly reach: number | null
  /** Only on the slice of the seed. */
  readonly inSlice: boolean
  /** Told now and then how many voxels were taken. */
  readonly taken?: (voxels: number) => void
}

/** Voxels between two words about how far it is. */
const tellEvery = 2 ** 18

/**
 * The voxels that hang together with a seed over faces and whose grey value lies in a band, the seed itself included.
 * `value` reads the image by voxel number. Equal to the part of `scipy.ndimage.label` that holds the seed.
 */
export function grownRegion(
  grid: Pick<DrawnMask, 'size' | 'spacing'>,
  value: (index: number) => number,
  { voxel, band, reach, inSlice, taken }: RegionSeed
): DrawnMask {
  const [columns, rows, slices] = grid.size
  const plane = columns * rows
  const voxels = new Uint8Array(plane * slices)
  const allowed = (index: number): boolean => {
    const grey = value(index)
    if (!(grey >= band.low && grey <= band.high)) return false
    const at = [index % columns, Math.floor((index % plane) / columns), Math.floor(index / plane)]
    if (inSlice && at[2] !== voxel[2]) return false
    if (reach === null) return true
    return Math.hypot(...at.map((one, axis) => (one - voxel[axis]) * grid.spacing[axis])) <= reach
  }
  const open: number[] = []
  const visit = (index: number): void => {
    if (voxels[index] === 1 || !allowed(index)) return
    voxels[index] = 1
    open.push(index)
  }
  const start = (voxel[2] * rows + voxel[1]) * columns + voxel[0]
  voxels[start] = 1
  open.push(start)
  const neighbours = neighboursIn(latticeOfMask(grid.size), 1)
  let count = 0
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (++count % tellEvery === 0) taken?.(count)
    neighbours(index, visit)
  }
  return { voxels, size: grid.size, spacing: grid.spacing }
}
