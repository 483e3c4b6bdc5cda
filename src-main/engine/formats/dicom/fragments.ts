import { Fault } from '@engine/fault'
import { elementBytes } from '@engine/formats/dicom/elements'
import type { ParsedDicom } from '@engine/formats/dicom/parse'
import { tag } from '@engine/formats/dicom/tags'

/** A piece of compressed pixel data and where its item began, counted from the end of the offset table's item. */
interface Fragment {
  readonly offset: number
  readonly bytes: Uint8Array
}

interface Encapsulated {
  readonly offsets: readonly number[]
  readonly fragments: readonly Fragment[]
  readonly complete: boolean
}

const itemTag = 0xe000
const delimiterTag = 0xe0dd

/**
 * Compressed frames by the structure of items, so that bytes inside a frame that look like delimiters do no harm.
 * Throws Fault `bad-image` when pieces and frames cannot be matched. Source: DICOM PS3.5 annex A.4.
 */
export function compressedFrames(parsed: ParsedDicom, frames: number, notes: Notes): Uint8Array[] {
  const { offsets, fragments, complete } = encapsulated(parsed)
  if (!complete)
    notes.warnings.push('The compressed pixels end without their closing mark; the file may have been cut off.')
  if (fragments.length === 0) throw mismatch(notes.name, 'it holds no compressed pixels')
  if (frames === 1 && offsets.length < 2) return [joined(fragments)]
  if (fragments.length === frames) return fragments.map(({ bytes }) => bytes)
  const starts = frameStarts(parsed, { offsets, fragments, frames })
  if (starts === null) throw mismatch(notes.name, `it claims ${frames} frames but holds ${fragments.length} pieces`)
  if (starts.length > frames)
    notes.warnings.push(
      `There are ${starts.length} compressed frames; the header counts ${frames}, the rest is left out.`
    )
  return starts
    .slice(0, frames)
    .map((start, frame) => joined(fragments.slice(start, starts[frame + 1] ?? fragments.length)))
}

interface Notes {
  readonly name: string
  readonly warnings: string[]
}

interface Layout {
  readonly offsets: readonly number[]
  readonly fragments: readonly Fragment[]
  readonly frames: number
}

/** Index of the first fragment of each frame: by the extended or basic offset table, else by the start marks of the codecs. */
function frameStarts(parsed: ParsedDicom, layout: Layout): number[] | null {
  const extended = extendedOffsets(parsed)
  for (const table of [extended, layout.offsets]) {
    if (table.length < layout.frames) continue
    const starts = table.map((offset) => layout.fragments.findIndex((fragment) => fragment.offset === offset))
    if (starts.every((start, index) => start >= 0 && (index === 0 || start > starts[index - 1]))) return starts
  }
  const marked = layout.fragments.flatMap(({ bytes }, index) => (beginsImage(bytes) ? [index] : []))
  return marked.length >= layout.frames && marked[0] === 0 ? marked : null
}

/** Start of a JPEG (FFD8) or JPEG 2000 (FF4F FF51) image. */
function beginsImage(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0xff) return false
  return bytes[1] === 0xd8 || (bytes[1] === 0x4f && bytes[2] === 0xff && bytes[3] === 0x51)
}

function encapsulated(parsed: ParsedDicom): Encapsulated {
  const { bytes } = parsed
  const start = parsed.pixelElement!.dataOffset
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const items: { position: number; bytes: Uint8Array }[] = []
  let position = start
  let complete = false
  while (position + 8 <= bytes.length) {
    const element = view.getUint16(position, true) === 0xfffe ? view.getUint16(position + 2, true) : 0
    if (element === delimiterTag) complete = true
    if (element !== itemTag) break
    const length = view.getUint32(position + 4, true)
    const end = Math.min(position + 8 + length, bytes.length)
    items.push({ position, bytes: bytes.subarray(position + 8, end) })
    position = end
  }
  const [table, ...pieces] = items
  if (table === undefined) return { offsets: [], fragments: [], complete }
  const base = table.position + 8 + table.bytes.length
  return {
    offsets: offsetsOf(table.bytes),
    fragments: pieces.map((piece) => ({ offset: piece.position - base, bytes: piece.bytes })),
    complete
  }
}

function offsetsOf(table: Uint8Array): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength)
  return Array.from({ length: Math.floor(table.length / 4) }, (_, index) => view.getUint32(index * 4, true))
}

/** Extended Offset Table (7FE0,0001): 64-bit offsets. Source: DICOM PS3.3 C.7.6.3.1.8. */
function extendedOffsets(parsed: ParsedDicom): number[] {
  const element = parsed.dataSet.elements[tag.ExtendedOffsetTable]
  if (element === undefined) return []
  const bytes = elementBytes(parsed.dataSet, element)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, index) => Number(view.getBigUint64(index * 8, true)))
}

function joined(fragments: readonly Fragment[]): Uint8Array {
  return fragments.length === 1
    ? fragments[0].bytes
    : new Uint8Array(Buffer.concat(fragments.map(({ bytes }) => bytes)))
}

function mismatch(name: string, reason: string): Fault {
  return new Fault('bad-image', `“${name}” has pixels that cannot be taken apart: ${reason}.`, {
    subject: name,
    hint: 'Export the image again from its source.'
  })
}
