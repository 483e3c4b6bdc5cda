import { boxLabelmap } from '@engine/formats/masks/boxes'
import type { Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'
import type { Journal } from '@engine/project/journal'
import { planesOf } from './drawn-crop'

type Drawn = Pick<Journal, 'drawing' | 'shown'>

/** True when at least one segment has a pixel or a box. */
export function isOutlined(shown: Pick<Journal['shown'], 'segments' | 'labelmap'>): boolean {
  return shown.segments.some(({ segment, boxes }) => (boxes?.length ?? 0) > 0 || shown.labelmap(segment).length > 0)
}

/** What a reader outlined as one reference mask: the union of the segments; of a segment with boxes alone, the boxes filled. */
export function drawnMask(journal: Drawn, image: Volume): Labelmap {
  const [columns, rows, slices] = image.size
  const voxels = new Uint8Array(columns * rows * slices)
  for (const { segment, boxes } of journal.shown.segments) {
    const planes = planesOf(journal, segment)
    for (const slice of planes.touched) {
      const start = slice * columns * rows
      planes.bits(slice)!.forEach((bit, index) => (voxels[start + index] |= bit))
    }
    if (planes.voxels > 0 || boxes === undefined || boxes.length === 0) continue
    const filled = boxLabelmap(
      boxes.map(({ box, slice }) => ({ box: [...box], slice })),
      image
    )
    filled.voxels.forEach((bit, index) => (voxels[index] |= bit))
  }
  return { voxels, size: image.size, affine: image.affine }
}
