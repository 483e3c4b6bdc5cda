import dicomParser, { type DataSet, type Element } from 'dicom-parser'
import { inflateRawSync } from 'node:zlib'
import { Fault } from '@engine/fault'
import { text } from '@engine/formats/dicom/elements'
import { dicomLayout, hasExecutablePreamble } from '@engine/formats/dicom/layout'
import { tag } from '@engine/formats/dicom/tags'
import { transferSyntax, type TransferSyntax } from '@engine/formats/dicom/transfer-syntax'
import { unpackedLimit } from '@engine/formats/gzip'
import type { SourceFile } from '@engine/formats/source-file'

export interface ParsedDicom {
  readonly dataSet: DataSet
  /** Bytes the offsets of the data set count in: the file's own, inflated, or with a preamble put before them. */
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
  const warnings: string[] = []
  if (hasExecutablePreamble(source.bytes)) {
    warnings.push(
      'The 128 bytes before the DICOM header hold a program. Saliscope does not run it; do not run this file.'
    )
  }
  const options: dicomParser.ParseDicomOptions = {
    untilTag: tag.PixelData,
    inflater: (bytes: Uint8Array, position: number) => inflated(bytes, position, source.name)
  }
  let bytes = source.bytes
  if (layout.kind === 'no-preamble') {
    bytes = withPreamble(source.bytes.subarray(layout.prefixBytes))
    warnings.push('The file lacks the 128-byte preamble of DICOM files.')
  } else if (layout.kind === 'bare') {
    options.TransferSyntaxUID = layout.transferSyntaxUid
    warnings.push('The file lacks the DICOM file header; its coding was guessed from its first element.')
  }
  const dataSet = parseTolerantly(bytes, options, { name: source.name, warnings })
  return {
    dataSet,
    bytes: dataSet.byteArray,
    syntax: syntaxOf(dataSet, layout.kind === 'bare' ? layout.transferSyntaxUid : null),
    pixelElement: dataSet.elements[tag.PixelData],
    warnings
  }
}

interface ParseNotes {
  readonly name: string
  readonly warnings: string[]
}

/** dicom-parser throws strings and plain objects; what it parsed before an error comes along in `dataSet`. */
function parseTolerantly(bytes: Uint8Array, options: dicomParser.ParseDicomOptions, notes: ParseNotes): DataSet {
  try {
    return dicomParser.parseDicom(bytes, options)
  } catch (thrown) {
    const partial = partialDataSet(thrown)
    const reason = parserWords(thrown)
    if (reason instanceof Fault) throw reason
    if (partial === null || partial.elements[tag.Rows] === undefined) throw broken(notes.name, reason, thrown)
    notes.warnings.push(`The file is damaged after its image description: ${reason}.`)
    return partial
  }
}

function syntaxOf(dataSet: DataSet, guessed: string | null): TransferSyntax {
  return transferSyntax(guessed ?? text(dataSet, tag.TransferSyntaxUID))
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
  if (/attempt to read past end|seek to position|past end of/i.test(words)) return 'it ends in the middle of an element'
  if (/0002,0010/.test(words)) return 'its header does not state a transfer syntax'
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

function withPreamble(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(132 + bytes.length)
  whole.set([0x44, 0x49, 0x43, 0x4d], 128)
  whole.set(bytes, 132)
  return whole
}

function inflated(bytes: Uint8Array, position: number, name: string): Uint8Array {
  const compressed = bytes.subarray(position)
  try {
    const body = inflateRawSync(compressed, { maxOutputLength: unpackedLimit(compressed.length) })
    const whole = new Uint8Array(position + body.length)
    whole.set(bytes.subarray(0, position))
    whole.set(body, position)
    return whole
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
