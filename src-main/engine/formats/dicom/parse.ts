import dicomParser, { type DataSet, type Element } from 'dicom-parser'
import { inflateRawSync } from 'node:zlib'
import { Fault } from '@engine/fault'
import { readFileMeta } from '@engine/formats/dicom/file-meta'
import { bareCoding, dicomLayout, hasExecutablePreamble, type DicomLayout } from '@engine/formats/dicom/layout'
import { tag } from '@engine/formats/dicom/tags'
import {
  deflatedLittleEndian,
  explicitBigEndian,
  explicitLittleEndian,
  implicitLittleEndian,
  privateBigEndianPixels,
  transferSyntax,
  type TransferSyntax
} from '@engine/formats/dicom/transfer-syntax'
import { unpackedLimit } from '@engine/formats/gzip'
import type { SourceFile } from '@engine/formats/source-file'

export interface ParsedDicom {
  readonly dataSet: DataSet
  /** The data set's bytes, inflated if need be: what its offsets count in. */
  readonly bytes: Uint8Array
  readonly syntax: TransferSyntax
  /** The element `parse` stopped at: integer pixel data; undefined when there is none. */
  readonly pixelElement: Element | undefined
  readonly warnings: readonly string[]
}

/**
 * Parses everything before the pixel data.
 * Throws Fault `bad-file` for what is not readable as DICOM, `too-large` for a deflate bomb.
 */
export function parseDicom(source: SourceFile): ParsedDicom {
  const layout = dicomLayout(source.bytes)
  if (layout === null) throw broken(source.name, 'it has neither the DICM prefix nor a data set that begins like DICOM')
  const warnings = layoutWarnings(layout, source.bytes)
  const meta = layout.hasMeta ? readFileMeta(source.bytes, layout.start) : { transferSyntaxUid: '', end: layout.start }
  const packed = meta.transferSyntaxUid === deflatedLittleEndian
  const body = source.bytes.subarray(meta.end)
  const bytes = packed ? inflated(body, source.name) : body
  const coding = dataSetCoding(bytes, meta.transferSyntaxUid, warnings)
  const syntax = transferSyntax(meta.transferSyntaxUid || coding)
  const readable = syntax.coding === 'native' ? bytes : withKnownOffsetTables(bytes)
  const dataSet = parseTolerantly(readable, coding, { name: source.name, warnings })
  return {
    dataSet,
    bytes: readable,
    syntax,
    pixelElement: dataSet.elements[tag.PixelData],
    warnings
  }
}

/** Heads of the extended offset tables (7FE0,0001) and (7FE0,0002), which only compressed pixels have. */
const offsetTableHeads = [1, 2].map((element) => Buffer.from([0xe0, 0x7f, element, 0, 0x4f, 0x56, 0, 0]))

/**
 * dicom-parser does not know the value representation OV, takes its length field for half of it and loses its way. It is
 * given the tables as OB, which is written alike; the bytes are copied only where there are any.
 */
function withKnownOffsetTables(bytes: Uint8Array): Uint8Array {
  const places = offsetTableHeads.flatMap((head) => {
    const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(head)
    return at < 0 ? [] : [at]
  })
  if (places.length === 0) return bytes
  const copy = bytes.slice()
  for (const place of places) copy[place + 5] = 0x42
  return copy
}

function layoutWarnings(layout: DicomLayout, head: Uint8Array): string[] {
  if (hasExecutablePreamble(head)) {
    return ['The 128 bytes before the DICOM header hold a program. Saliscope does not run it; do not run this file.']
  }
  if (!layout.hasMeta) return ['The file lacks the DICOM file header; its coding was guessed from its first element.']
  return layout.hasPreamble ? [] : ['The file lacks the 128-byte preamble of DICOM files.']
}

/** How the data set is written: what the header says, unless its first element plainly is otherwise. */
function dataSetCoding(bytes: Uint8Array, uid: string, warnings: string[]): string {
  const seen = bareCoding(bytes, 0)
  const implicit = uid === implicitLittleEndian || uid === privateBigEndianPixels
  const stated = implicit ? implicitLittleEndian : uid === explicitBigEndian ? uid : explicitLittleEndian
  const found =
    seen === null
      ? stated
      : { explicit: explicitLittleEndian, implicit: implicitLittleEndian, 'big-endian': explicitBigEndian }[seen]
  if (uid !== '' && found !== stated)
    warnings.push('The data set is written in another way than the file header says; it was read as it is.')
  return found
}

interface ParseNotes {
  readonly name: string
  readonly warnings: string[]
}

/** dicom-parser throws strings and plain objects; what it parsed before an error comes along in `dataSet`. */
function parseTolerantly(bytes: Uint8Array, coding: string, notes: ParseNotes): DataSet {
  try {
    // Naming the coding makes the parser take the bytes for a bare data set.
    return dicomParser.parseDicom(bytes, { TransferSyntaxUID: coding, untilTag: tag.PixelData })
  } catch (thrown) {
    const partial = partialDataSet(thrown)
    const reason = parserWords(thrown)
    if (reason instanceof Fault) throw reason
    if (partial === null || partial.elements[tag.Rows] === undefined) throw broken(notes.name, reason, thrown)
    notes.warnings.push(`The file is damaged after its image description: ${reason}.`)
    return partial
  }
}

function partialDataSet(thrown: unknown): DataSet | null {
  if (typeof thrown !== 'object' || thrown === null || !('dataSet' in thrown)) return null
  return thrown.dataSet as DataSet
}

/** What went wrong inside the parser in the user's words, or the Fault of our own inflater passed through. */
function parserWords(thrown: unknown): string | Fault {
  const inner = typeof thrown === 'object' && thrown !== null && 'exception' in thrown ? thrown.exception : thrown
  if (inner instanceof Fault) return inner
  if (inner instanceof RangeError && /call stack/i.test(inner.message)) return 'its sequences are nested too deeply'
  const words = inner instanceof Error ? inner.message : String(inner)
  if (/attempt to read past end|seek to position|past end of|buffer overrun/i.test(words))
    return 'it ends in the middle of an element'
  if (/item tag/i.test(words)) return 'a sequence does not hold items'
  return words.replace(/^dicomParser[.:]\w+:\s*/, '')
}

function broken(name: string, reason: string, cause?: unknown): Fault {
  return new Fault('bad-file', `“${name}” cannot be read as DICOM: ${reason}.`, {
    subject: name,
    hint: 'Export or copy the file again from its source.',
    cause
  })
}

function inflated(packed: Uint8Array, name: string): Uint8Array {
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: unpackedLimit(packed.length) }))
  } catch (thrown) {
    const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : ''
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Fault('too-large', `“${name}” unpacks to more than 200 times its size.`, {
        subject: name,
        hint: 'Such a file is damaged or made to fill the memory; uncompress it with a trusted tool first.',
        cause: thrown
      })
    }
    throw broken(name, 'its deflated part is damaged', thrown)
  }
}
