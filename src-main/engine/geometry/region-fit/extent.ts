import { Fault } from '@engine/fault'
import type { Vector } from '@engine/geometry/affine'
import type { Placement } from '@engine/geometry/region-fit/landmarks'

/** Edges of a box in voxels: the outer faces, so that a single voxel is one wide. */
export interface Extent {
  readonly from: Vector
  readonly to: Vector
}

/** The box round what is not zero; null for an empty mask. */
export function extentOf(
  mask: ArrayLike<number>,
  [columns, rows, slices]: readonly [number, number, number]
): Extent | null {
  const low = [columns, rows, slices]
  const high = [-1, -1, -1]
  for (let index = 0; index < columns * rows * slices; index++) {
    if (mask[index] === 0) continue
    const at = [index % columns, Math.floor(index / columns) % rows, Math.floor(index / (columns * rows))]
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis], at[axis])
      high[axis] = Math.max(high[axis], at[axis])
    }
  }
  if (high[0] < 0) return null
  return { from: [low[0] - 0.5, low[1] - 0.5, low[2] - 0.5], to: [high[0] + 0.5, high[1] + 0.5, high[2] + 0.5] }
}

/** The box of a whole lattice. */
export function wholeExtent(size: readonly [number, number, number]): Extent {
  return { from: [-0.5, -0.5, -0.5], to: [size[0] - 0.5, size[1] - 0.5, size[2] - 0.5] }
}

/** Takes one box to another, axis by axis: shift and scale, no turn. Throws Fault `geometry-mismatch` for a box without width. */
export function extentPlacement(from: Extent, to: Extent): Placement {
  const scales = [0, 1, 2].map((axis) => (to.to[axis] - to.from[axis]) / (from.to[axis] - from.from[axis]))
  if (!scales.every((scale) => Number.isFinite(scale) && scale > 0)) {
    throw new Fault('geometry-mismatch', 'A mask without width cannot place the regions.', {
      hint: 'Give another mask.'
    })
  }
  const moved = (point: Vector, axis: number): number => to.from[axis] + (point[axis] - from.from[axis]) * scales[axis]
  return (point) => [moved(point, 0), moved(point, 1), moved(point, 2)]
}
