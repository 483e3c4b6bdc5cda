import { asFault, Fault } from '@engine/fault'
import type { ImageContent, ReadOptions } from '@engine/formats/format'
import { gunzipFile, isGzip } from '@engine/formats/gzip'
import { notAnImage, recognise } from '@engine/formats/recognise'
import { withStatedSpacing } from '@engine/formats/raster/stated-spacing'
import { headBytes, type SourceFile } from '@engine/formats/source-file'

/**
 * Recognises and decodes one file. Pure: no state is kept, so worker threads may call it.
 * Every failure is a Fault naming the file; what a parser throws by accident becomes `bad-file`.
 */
export async function decodeSource(given: SourceFile, options: ReadOptions = {}): Promise<ImageContent> {
  // A Node Buffer's slice() is a view, not a copy; readers count on plain arrays.
  const { buffer, byteOffset, byteLength } = given.bytes
  const source = { ...given, bytes: new Uint8Array(buffer, byteOffset, byteLength) }
  if (source.bytes.length === 0) throw emptyFile(source.name)
  const { kind, format, foreign } = await recognise(source.bytes.subarray(0, headBytes), source.name)
  if (format === null) throw notAnImage(kind, source.name, foreign)
  try {
    const packed = isGzip(source.bytes) && format.readsGzip !== true
    const plain = packed ? { ...source, bytes: await gunzipFile(source.bytes, source.name) } : source
    return await withStatedSpacing(await format.read(plain, options), source, options)
  } catch (thrown) {
    throw readingFault(thrown, source.name, format.title)
  }
}

/** Fault for a file without a byte. */
export function emptyFile(name: string): Fault {
  return new Fault('bad-file', `“${name}” is empty.`, { subject: name, hint: 'Copy the file again from its source.' })
}

/** Faults pass; allocation failures and accidents of parsers become Faults that name the file. */
export function readingFault(thrown: unknown, name: string, formatTitle: string): Fault {
  if (thrown instanceof Fault) return thrown
  if (thrown instanceof RangeError && /allocation|array length|array buffer/i.test(thrown.message)) {
    return new Fault('out-of-memory', `“${name}” is too large for the memory of this computer.`, {
      subject: name,
      hint: 'Close other programs, or crop the image.',
      cause: thrown
    })
  }
  return new Fault('bad-file', `“${name}” is damaged: reading it as ${formatTitle} failed.`, {
    subject: name,
    hint: 'Export or copy the file again from its source.',
    cause: asFault(thrown)
  })
}
