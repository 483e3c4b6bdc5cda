import type { DrawnMask } from '@engine/readers/drawing/crop'

/** How a segment is combined with another one. */
export type Combination = 'union' | 'intersection' | 'difference' | 'exclusive'

const rules: Record<Combination, (one: number, other: number) => number> = {
  union: (one, other) => one | other,
  intersection: (one, other) => one & other,
  difference: (one, other) => one & (other ^ 1),
  exclusive: (one, other) => one ^ other
}

/** The voxels of `mask` after the other mask of the same grid was added, kept in common, taken off, or exchanged. */
export function combined(mask: DrawnMask, other: DrawnMask, how: Combination): DrawnMask {
  const rule = rules[how]
  return { ...mask, voxels: mask.voxels.map((voxel, index) => rule(voxel, other.voxels[index])) }
}
