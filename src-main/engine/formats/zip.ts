import { crc32, inflateRawSync } from 'node:zlib'
import { Fault } from '@engine/fault'
import { isErrorCode } from '@engine/formats/error-code'

/** A file in a zip archive, as its central directory lists it. Names are text only, never paths to write to. */
export interface ZipEntry {
  readonly name: string
  /** 0 stored, 8 deflated; others are not unpacked. */
  readonly method: number
  readonly packedBytes: number
  readonly bytes: number
  readonly crc: number
  /** Place of its local header. */
  readonly offset: number
}

/** More files than this is no archive of arrays. */
const mostEntries = 65_535
const endMark = 0x06054b50
const entryMark = 0x02014b50
const localMark = 0x04034b50

/** Files of an archive. Throws Fault `bad-file` for a directory that does not hold together. Source: APPNOTE.TXT 6.3.9, sections 4.3.12 and 4.3.16. */
export function zipEntries(bytes: Uint8Array, name: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = bytes.length - 22
  const first = Math.max(0, end - 65_535)
  while (end >= first && view.getUint32(end, true) !== endMark) end--
  if (end < first || end < 0) throw damaged(name, 'its list of files is missing')
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  const entries: ZipEntry[] = []
  for (let index = 0; index < count && index < mostEntries; index++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== entryMark)
      throw damaged(name, 'its list of files is cut off')
    const nameLength = view.getUint16(at + 28, true)
    const more = view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true)
    })
    at += 46 + nameLength + more
  }
  return entries
}

/** Deflate cannot pack better than 1032:1 (RFC 1951). */
const bestRatio = 1032

/** One file unpacked and checked against its checksum. Throws Fault `too-large`, `bad-file` or `unsupported-file`. */
export function unzipped(
  archive: Uint8Array,
  entry: ZipEntry,
  { name, limitBytes }: { name: string; limitBytes: number }
): Uint8Array {
  if (entry.packedBytes === 0xffffffff || entry.bytes === 0xffffffff || entry.bytes > limitBytes) {
    throw new Fault('too-large', `“${entry.name}” in “${name}” is more than can be held in memory.`, {
      subject: name,
      hint: `At most ${Math.round(limitBytes / 2 ** 20)} MiB are read from one file.`
    })
  }
  if (entry.bytes > entry.packedBytes * bestRatio + 1024)
    throw damaged(name, 'a file in it claims more than it can hold')
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength)
  const { offset } = entry
  if (offset + 30 > archive.length || view.getUint32(offset, true) !== localMark)
    throw damaged(name, 'a file in it is missing')
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
  const packed = archive.subarray(start, start + entry.packedBytes)
  if (packed.length < entry.packedBytes) throw damaged(name, 'it is cut off')
  const plain = inflated(packed, entry, name)
  if (plain.length !== entry.bytes || crc32(plain) !== entry.crc)
    throw damaged(name, 'the checksum of a file in it is wrong')
  return plain
}

function inflated(packed: Uint8Array, entry: ZipEntry, name: string): Uint8Array {
  if (entry.method === 0) return packed
  if (entry.method !== 8) {
    throw new Fault('unsupported-file', `“${name}” is packed in an unusual way (zip method ${entry.method}).`, {
      subject: name,
      hint: 'Save it again with numpy.savez_compressed.'
    })
  }
  try {
    const plain = inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.bytes) })
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength)
  } catch (thrown) {
    const more = isErrorCode(thrown, 'ERR_BUFFER_TOO_LARGE')
    throw damaged(
      name,
      more ? 'a file in it unpacks to more than it claims' : 'a file in it cannot be unpacked',
      thrown
    )
  }
}

function damaged(name: string, reason: string, cause?: unknown): Fault {
  return new Fault('bad-file', `“${name}” is damaged: ${reason}.`, {
    subject: name,
    hint: 'Copy the file again from its source.',
    cause
  })
}
