import { applyAffine, type Vector } from '@engine/geometry/affine'
import type { Affine, Volume } from '@engine/geometry/volume'
import { Fault } from '@engine/fault'

/** The lattice of an image without its values. */
export interface Grid {
  /** `[columns, rows, slices]`. */
  readonly size: readonly [number, number, number]
  /** Voxel centres to LPS millimetres. */
  readonly affine: Affine
}

/** Voxel centres of two grids may differ by this share of a voxel and still count as the same place. */
const sameGridTolerance = 0.01

/** True when sizes are equal and every corner of the two grids lies within a hundredth of a voxel (at most 0.01 mm is always allowed). */
export function sameGrid(first: Grid, second: Grid): boolean {
  if (first.size.some((length, axis) => length !== second.size[axis])) return false
  const allowed = Math.max(0.01, sameGridTolerance * smallestSpacing(first.affine))
  return corners(first).every((corner) => {
    const here = applyAffine(first.affine, corner)
    const there = applyAffine(second.affine, corner)
    return Math.hypot(here[0] - there[0], here[1] - there[1], here[2] - there[2]) <= allowed
  })
}

/** Throws Fault `geometry-mismatch` naming both sizes, or saying that the positions differ. */
export function requireSameGrid(first: Volume, second: Volume, subject: string): void {
  if (sameGrid(first, second)) return
  const sizesDiffer = first.size.some((length, axis) => length !== second.size[axis])
  const difference = sizesDiffer
    ? `it has ${second.size.join(' × ')} voxels, the image has ${first.size.join(' × ')}`
    : 'its voxels lie elsewhere than those of the image'
  throw new Fault('geometry-mismatch', `${subject} does not lie on the grid of its image: ${difference}.`, {
    subject,
    hint: 'Resample it to the image, or choose the image it was made for.'
  })
}

function smallestSpacing(affine: Affine): number {
  return Math.min(...[0, 1, 2].map((axis) => Math.hypot(affine[axis], affine[4 + axis], affine[8 + axis])))
}

function corners(grid: Grid): Vector[] {
  const ends = grid.size.map((length) => length - 1)
  return [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [
    bits & 1 ? ends[0] : 0,
    bits & 2 ? ends[1] : 0,
    bits & 4 ? ends[2] : 0
  ])
}
