import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { loadVolume } from '@engine/formats/load'
import { readMask } from '@engine/formats/masks/read-mask'
import type { Volume } from '@engine/geometry/volume'
import type { MaskGrid, ReaderMask } from '@engine/readers/reader-mask'

/** Masks of several readers on one grid. */
export interface MasksOfReaders {
  readonly masks: readonly ReaderMask[]
  readonly grid: MaskGrid
  /** The image, or the first mask, whose grid the masks lie on. */
  readonly image: Volume
  readonly warnings: readonly string[]
}

export interface MasksRequest {
  readonly paths: readonly string[]
  /** Image the masks were drawn on; without it the first mask gives the grid. */
  readonly image: string | null
  /** Distances of columns, rows and slices in mm, for files that state none. */
  readonly spacingMm: readonly [number, number, number] | null
}

/** Reads one mask per reader; the reader is the name of the file. Throws Fault `usage` for fewer than two, and what `readMask` throws. */
export async function masksOfReaders({ paths, image: named, spacingMm }: MasksRequest): Promise<MasksOfReaders> {
  if (paths.length < 2)
    throw new Fault(
      'usage',
      `${paths.length === 1 ? 'One mask is' : 'No masks are'} named; comparing readers takes two.`,
      {
        hint: 'Name one mask file of each reader.'
      }
    )
  const { volume: image } = await loadVolume(named ?? paths[0])
  const masks: ReaderMask[] = []
  const warnings: string[] = []
  for (const [index, path] of paths.entries()) {
    const read = await readMask(path, image)
    warnings.push(...read.warnings)
    masks.push({ reader: readerOf(paths, index), voxels: read.labelmap.voxels })
  }
  const assumed = spacingMm === null && image.spacingMm === null
  if (assumed)
    warnings.push('The files state no spacing: distances take 1 mm from pixel to pixel. State it with --spacing.')
  return { masks, image, warnings, grid: { size: image.size, spacingMm: spacingMm ?? image.spacingMm ?? [1, 1, 1] } }
}

/** The file's name without its ending; numbered where two files share it. */
function readerOf(paths: readonly string[], index: number): string {
  const names = paths.map((path) => basename(path).replace(/(\.seg)?\.(nii|mgh|[a-z0-9]+)(\.gz)?$/i, ''))
  const before = names.slice(0, index).filter((name) => name === names[index]).length
  return before === 0 ? names[index] : `${names[index]} (${before + 1})`
}
