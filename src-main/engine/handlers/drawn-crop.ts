import type { Journal } from '@engine/project/journal'
import { type DrawnMask, sizeOfBox, type VoxelBox } from '@engine/readers/drawing/crop'
import { SegmentPlanes } from '@shared/drawing/segment-planes'

/** The labelmap of a segment, its empty slices left out. */
export function planesOf({ drawing, shown }: Pick<Journal, 'drawing' | 'shown'>, segment: string): SegmentPlanes {
  const [columns, rows] = drawing.grid.size
  const planes = new SegmentPlanes(columns, rows)
  for (const { slice, runs } of shown.labelmap(segment)) planes.toggle(slice, runs)
  return planes
}

/** Smallest box that holds what is drawn; null when nothing is. */
export function boxOfPlanes(all: readonly SegmentPlanes[]): VoxelBox | null {
  const from: [number, number, number] = [Infinity, Infinity, Infinity]
  const to: [number, number, number] = [0, 0, 0]
  for (const planes of all) {
    for (const slice of planes.touched) {
      const bounds = planes.bounds(slice)!
      const [low, high] = [
        [bounds.x0, bounds.y0, slice],
        [bounds.x1, bounds.y1, slice + 1]
      ]
      low.forEach((value, axis) => (from[axis] = Math.min(from[axis], value)))
      high.forEach((value, axis) => (to[axis] = Math.max(to[axis], value)))
    }
  }
  return to[0] === 0 ? null : { from, to }
}

/** The voxels of a box inside the image as a mask of their own. */
export function cropOfPlanes(planes: SegmentPlanes, box: VoxelBox, spacing: DrawnMask['spacing']): DrawnMask {
  const size = sizeOfBox(box)
  const voxels = new Uint8Array(size[0] * size[1] * size[2])
  for (let slice = box.from[2]; slice < box.to[2]; slice++) {
    const bits = planes.bits(slice)
    if (bits === null) continue
    for (let row = 0; row < size[1]; row++) {
      const whole = (box.from[1] + row) * planes.columns + box.from[0]
      voxels.set(bits.subarray(whole, whole + size[0]), ((slice - box.from[2]) * size[1] + row) * size[0])
    }
  }
  return { voxels, size, spacing }
}
