import { boxLabelmap } from '@engine/formats/masks/boxes'
import type { Segment } from '@engine/formats/segmentation/segmentation'
import type { Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'
import type { CaseEntry } from './case-shelf'

export interface ReaderMask {
  readonly reader: string
  readonly labelmap: Labelmap
  /** The same segment by segment, where it is known. */
  readonly segments?: (image: Volume) => Promise<readonly Segment[]>
}

/**
 * The masks of a case on the grid of its image, one per reader; boxes count as a reader when no mask exists. Where a consensus
 * is the reference standard it stands alone: the readers' own outlines are what maps are compared with, not the reference.
 */
export async function referenceMasks(entry: CaseEntry, image: Volume): Promise<ReaderMask[]> {
  if (entry.masks.length === 0 && entry.boxes.length > 0) {
    return [
      {
        reader: 'boxes',
        labelmap: boxLabelmap(
          entry.boxes.map((box) => ({ box: [...box], slice: null })),
          image
        )
      }
    ]
  }
  const masks: ReaderMask[] = []
  const reference = entry.masks.filter(({ role }) => role === 'reference')
  for (const mask of reference.length > 0 ? reference : entry.masks)
    masks.push({ reader: mask.reader, labelmap: await mask.load(image), segments: mask.segments })
  return masks
}

/**
 * One mask of several readers: a voxel counts when more than half of them marked it (two readers: both).
 * Returns null when nobody drew anything.
 */
export function majorityMask(masks: readonly ReaderMask[]): Labelmap | null {
  if (masks.length === 0) return null
  if (masks.length === 1) return masks[0].labelmap
  const voxels = new Uint8Array(masks[0].labelmap.voxels.length)
  for (let i = 0; i < voxels.length; i++) {
    let votes = 0
    for (const { labelmap } of masks) votes += labelmap.voxels[i] !== 0 ? 1 : 0
    if (2 * votes > masks.length) voxels[i] = 1
  }
  return { ...masks[0].labelmap, voxels }
}
