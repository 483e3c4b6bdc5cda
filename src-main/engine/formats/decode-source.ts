import { asFault, Fault } from '@engine/fault'
import type { ImageContent, ReadOptions } from '@engine/formats/format'
import { gunzipFile, isGzip } from '@engine/formats/gzip'
import { notAnImage, recognise } from '@engine/formats/recognise'
import { headBytes, type SourceFile } from '@engine/formats/source-file'

/**
 * Recognises and decodes one file. Pure: no state is kept, so worker threads may call it.
 * Every failure is a Fault naming the file; what a parser throws by accident becomes `bad-file`.
 */
export async function decodeSource(source: SourceFile, options: ReadOptions = {}): Promise<ImageContent> {
  if (source.bytes.length === 0) {
    throw new Fault('bad-file', `“${source.name}” is empty.`, {
      subject: source.name,
      hint: 'Copy the file again from its source.'
    })
  }
  const { kind, format } = await recognise(source.bytes.subarray(0, headBytes), source.name)
  if (format === null) throw notAnImage(kind, source.name)
  try {
    const packed = isGzip(source.bytes) && format.readsGzip !== true
    const plain = packed ? { ...source, bytes: await gunzipFile(source.bytes, source.name) } : source
    return await format.read(plain, options)
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown
    if (thrown instanceof RangeError && /allocation|array length|array buffer/i.test(thrown.message)) {
      throw new Fault('out-of-memory', `“${source.name}” is too large for the memory of this computer.`, {
        subject: source.name,
        hint: 'Close other programs, or crop the image.',
        cause: thrown
      })
    }
    throw new Fault('bad-file', `“${source.name}” is damaged: reading it as ${format.title} failed.`, {
      subject: source.name,
      hint: 'Export or copy the file again from its source.',
      cause: asFault(thrown)
    })
  }
}
