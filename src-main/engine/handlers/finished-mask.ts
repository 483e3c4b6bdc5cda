import { boxLabelmap } from '@engine/formats/masks/boxes'
import type { Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'
import type { Journal } from '@engine/project/journal'
import { planesOf } from './drawn-crop'
import type { CaseMask } from './case-shelf'

/**
 * What a reader outlined as one reference mask: the union of the segments; of a segment with boxes alone, the boxes filled.
 * It is read from the drawing when it is asked for, so that it is never older than the outlines.
 */
export function finishedMask(journal: Pick<Journal, 'drawing' | 'shown'>, reader: string): CaseMask {
  return {
    reader,
    from: 'drawing',
    load: async (image) => Promise.resolve(unionOf(journal, image))
  }
}

function unionOf(journal: Pick<Journal, 'drawing' | 'shown'>, image: Volume): Labelmap {
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
