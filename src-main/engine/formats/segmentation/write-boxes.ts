import { forEachRun, type Segment, type SegmentBox, type Segmentation } from '@engine/formats/segmentation/segmentation'
import { csvLines } from '@shared/csv-lines'

/** The boxes that were drawn; where pixels were marked, the smallest box around them on every slice. */
export function boxesOf({ boxes, planes }: Segment, columns: number): SegmentBox[] {
  if (boxes !== undefined && boxes.length > 0) return [...boxes]
  return [...planes]
    .toSorted(([one], [other]) => one - other)
    .flatMap(([slice, plane]) => {
      let [left, top, right, bottom] = [Infinity, Infinity, 0, 0]
      forEachRun(plane, (from, to) => {
        // A run may go on over the end of a row: it then touches both edges.
        const [first, last] = [Math.floor(from / columns), Math.floor((to - 1) / columns)]
        left = Math.min(left, first === last ? from % columns : 0)
        right = Math.max(right, first === last ? ((to - 1) % columns) + 1 : columns)
        top = Math.min(top, first)
        bottom = Math.max(bottom, last + 1)
      })
      return bottom === 0 ? [] : [{ slice, box: [left, top, right, bottom] as const }]
    })
}

/** A table of boxes as it is read back: one segment a reader, slices counted from 0, far edges exclusive. */
export function encodeBoxTable({ segments, size }: Segmentation): string {
  const rows = segments.flatMap((segment) =>
    boxesOf(segment, size[0]).map(({ slice, box }) => [segment.label, String(slice), ...box.map(String)])
  )
  return csvLines([['reader', 'slice', 'x0', 'y0', 'x1', 'y1'], ...rows])
}
