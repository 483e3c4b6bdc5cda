import {
  countInside,
  plainWords,
  planesOf,
  type Segment,
  type Segmentation
} from '@engine/formats/segmentation/segmentation'
import type { Volume } from '@engine/geometry/volume'
import { csvLines } from '@shared/csv-lines'
import type { ExportIdentity } from '@shared/exports'
import type { CaseEntry, CaseMask } from './case-shelf'
import { safeName } from './safe-name'

/** The outlines of one reader of a case, or of the reference standard, as they are written out. */
export interface OwnOutlines {
  /** As the files say it: a pseudonym, or the name. */
  readonly reader: string
  readonly role: 'reference' | 'reader'
  readonly segmentation: Segmentation
}

/**
 * Every set of outlines of a case for itself. A reference standard is one of them and stays what maps are compared with: the readers' own lie
 * beside it. Outlines are those from before any map was shown. Throws what reading the masks throws.
 */
export async function ownOutlines(
  { masks }: CaseEntry,
  image: Volume,
  identity: ExportIdentity
): Promise<OwnOutlines[]> {
  const own: OwnOutlines[] = []
  for (const mask of masks) {
    const reader = identity === 'pseudonym' ? (mask.pseudonym ?? mask.reader) : mask.reader
    const drawn = await segmentsOf(mask, image)
    // Nothing is written of a segment that holds nothing.
    const marked = drawn.filter(({ planes, boxes = [] }) => planes.size > 0 || boxes.length > 0)
    const segments = marked.map((one, index) => ({
      ...{ ...one, number: index + 1 },
      ...(mask.role === 'reference' ? {} : { description: `Outlined by ${reader}` })
    }))
    const { size, affine } = image
    own.push({ reader, role: mask.role ?? 'reader', segmentation: { size, affine, segments } })
  }
  return own
}

async function segmentsOf(mask: CaseMask, image: Volume): Promise<readonly Segment[]> {
  if (mask.segments !== undefined) return mask.segments(image)
  // Nothing says which finding a plain mask is of.
  return [{ ...plainWords(1, ''), planes: planesOf(await mask.load(image)) }]
}

/** Folders of the readers, no two alike, also where a disk does not tell `Anna` from `anna`. */
export function foldersOf(own: readonly Pick<OwnOutlines, 'reader'>[]): string[] {
  const fold = (name: string): string => name.normalize('NFC').toLowerCase()
  const names = own.map(({ reader }) => safeName(reader))
  // A number that is made up leaves the names of others alone.
  const taken = new Set(names.map(fold))
  const given = new Set<string>()
  return names.map((name) => {
    let free = name
    for (let number = 2; given.has(fold(free)) || (free !== name && taken.has(fold(free))); number++)
      free = `${name}-${number}`
    given.add(fold(free))
    return free
  })
}

const columns = ['reader', 'role', 'finding', 'kind', 'voxels', 'slice', 'x0', 'y0', 'x1', 'y1'] as const

/**
 * What lies beside each other, as a table: a line for the pixels of each segment, and one for each box (slices from 0, pixels of the image, far
 * edges exclusive). A reader who marked nothing has one line without a finding.
 */
export function outlineTable(own: readonly OwnOutlines[]): string {
  const lines = own.flatMap(({ reader, role, segmentation }) =>
    segmentation.segments.length === 0
      ? [[reader, role, '', 'nothing marked', '0', '', '', '', '', '']]
      : segmentation.segments.flatMap((segment) => segmentLines(segment).map((line) => [reader, role, ...line]))
  )
  return csvLines([columns, ...lines])
}

function segmentLines({ label, planes, boxes = [] }: Segment): string[][] {
  const voxels = [...planes.values()].reduce((sum, plane) => sum + countInside(plane), 0)
  return [
    [label, 'pixels', String(voxels), '', '', '', '', ''],
    ...boxes.map(({ slice, box }) => [label, 'box', '', String(slice), ...box.map(String)])
  ]
}
