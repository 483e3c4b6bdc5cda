import type { ReaderOutlines, Unavailable } from '@engine/criteria/experiment-run'
import type { Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import type { CaseEntry } from './case-shelf'
import { gridShape, maskOnGrid, type GridKind } from './scoring-grid'

export interface GridScene {
  readonly prepared: PreparedImage
  readonly image: Volume
  readonly grid: GridKind
}

/** Every reader's outline on the scoring grid, before and after the reveal of a map. Throws what reading a mask throws. */
export async function readerOutlines(
  entry: CaseEntry,
  { prepared, image, grid }: GridScene
): Promise<ReaderOutlines | Unavailable> {
  const own = entry.masks.filter(({ role }) => role !== 'reference')
  if (own.length === 0) return { unavailable: 'no outline of a reader' }
  const placed = ({ voxels }: Labelmap): Uint8Array => maskOnGrid(voxels, prepared, image, grid).values
  const readers = []
  for (const mask of own) {
    readers.push({
      reader: mask.reader,
      mask: placed(await mask.load(image)),
      afterReveal: mask.afterReveal === undefined ? null : placed(await mask.afterReveal(image))
    })
  }
  return { readers, shape: gridShape(prepared, image, grid) }
}
