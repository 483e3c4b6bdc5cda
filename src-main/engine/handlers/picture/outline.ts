import type { Labelmap } from '@engine/geometry/labelmap'

/** A line between two pixel corners, in pixels of the slice. */
export type Segment = readonly [x0: number, y0: number, x1: number, y1: number]

/** The border of a labelmap on one slice, along pixel edges. */
export function outlineSegments(labelmap: Labelmap, k: number): Segment[] {
  const [columns, rows] = labelmap.size
  const inside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < columns && y < rows && labelmap.voxels[(k * rows + y) * columns + x] !== 0
  const segments: Segment[] = []
  for (let y = 0; y <= rows; y++) {
    for (let x = 0; x < columns; x++) if (inside(x, y) !== inside(x, y - 1)) segments.push([x, y, x + 1, y])
  }
  for (let x = 0; x <= columns; x++) {
    for (let y = 0; y < rows; y++) if (inside(x, y) !== inside(x - 1, y)) segments.push([x, y, x, y + 1])
  }
  return segments
}
