import { boxLabelmap } from '@engine/formats/masks/boxes'
import { plainWords, planesOf as planesOfLabelmap, type Segment } from '@engine/formats/segmentation/segmentation'
import type { Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'
import type { Journal } from '@engine/project/journal'
import type { SegmentBox } from '@shared/drawing'
import { planesOf } from './drawn-crop'
import { hashJson } from './recipe'

type Drawn = Pick<Journal, 'drawing' | 'shown'>

/** A text that is another one once anything marked is: what a mask's `state` says of a drawing. */
export function drawnState(shown: Pick<Journal['shown'], 'segments' | 'labelmap'>): string {
  return hashJson(
    shown.segments.map(({ segment, boxes }) => [
      ...[segment, boxes ?? []],
      shown.labelmap(segment).map(({ slice, runs }) => [slice, [...runs]])
    ])
  )
}

/** True when at least one segment has a pixel or a box. */
export function isOutlined(shown: Pick<Journal['shown'], 'segments' | 'labelmap'>): boolean {
  return shown.segments.some(({ segment, boxes }) => (boxes?.length ?? 0) > 0 || shown.labelmap(segment).length > 0)
}

/** Segments with something drawn, as they are written out; of a segment with boxes alone, the boxes filled. */
export function drawnSegments(journal: Drawn, image: Volume, reader: string): Segment[] {
  return journal.shown.segments
    .filter(({ segment, boxes }) => (boxes?.length ?? 0) > 0 || journal.shown.labelmap(segment).length > 0)
    .map((one, index) => {
      const planes = planesOf(journal, one.segment)
      const marked = [...planes.touched].map((slice) => [slice, planes.bits(slice)!.slice()] as const)
      const colour = [1, 3, 5].map((at) => Number.parseInt(one.colour.slice(at, at + 2), 16))
      return {
        ...plainWords(index + 1, one.name),
        description: `Outlined by ${reader}`,
        type: one.code,
        colour: [colour[0], colour[1], colour[2]],
        planes: marked.length > 0 ? new Map(marked) : planesOfLabelmap(filledBoxes(one.boxes ?? [], image)),
        boxes: one.boxes ?? []
      }
    })
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
    filledBoxes(boxes, image).voxels.forEach((bit, index) => (voxels[index] |= bit))
  }
  return { voxels, size: image.size, affine: image.affine }
}

function filledBoxes(boxes: readonly SegmentBox[], image: Volume): Labelmap {
  return boxLabelmap(
    boxes.map(({ box, slice }) => ({ box: [...box], slice })),
    image
  )
}
