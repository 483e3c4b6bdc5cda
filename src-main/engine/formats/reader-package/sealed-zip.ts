import { createHash, createHmac } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { crc32 } from 'node:zlib'
import { deflateSync } from 'fflate'
import { Fault } from '@engine/fault'
import { isErrorCode } from '@engine/formats/error-code'
import { type ZipEntry, unzipped, zipEntries } from '@engine/formats/zip'

/**
 * A zip archive whose comment holds a seal: `SALISCOPE1`, the SHA-256 of every byte before the two hashes, and an HMAC of the
 * same bytes under the key of whoever may write it. Any zip program opens it; no byte of it can be changed unnoticed. Entries
 * are packed by fflate, with the date of the beginning of zip, so equal contents give equal files on every machine.
 */
const sealMark = 'SALISCOPE1'
const hexLength = 64
const commentLength = sealMark.length + 2 * hexLength
/** 1 January 1980, the first date a zip can say. */
const noDate = 0x00210000

/** One file to be packed; bytes are asked for when its turn comes, so that one image at a time is in memory. */
export interface PackedFile {
  readonly name: string
  bytes(): Promise<Uint8Array> | Uint8Array
}

/** The most a zip without its 64-bit extension can hold. */
const largestArchive = 2 ** 32 - 1
const mostFiles = 65_535

/**
 * Writes an archive beside its final name and renames it once it is whole.
 * Throws Fault `too-large` above 4 GiB, `not-writable`, and what reading the parts throws.
 */
export async function writeSealedZip(
  path: string,
  files: Iterable<PackedFile>,
  { key, told }: { key: Uint8Array; told?: (done: number) => void }
): Promise<{ bytes: number; sha256: string }> {
  const temporary = `${path}.part`
  const handle = await open(temporary, 'w').catch((cause: unknown) => {
    throw notWritable(path, cause)
  })
  try {
    const written = await writeAll({ handle, path, key }, files, told)
    await handle.sync()
    await handle.close()
    await rename(temporary, path)
    return written
  } catch (cause) {
    await handle.close().catch(() => undefined)
    await rm(temporary, { force: true })
    throw cause instanceof Fault ? cause : notWritable(path, cause)
  }
}

interface Output {
  readonly handle: FileHandle
  readonly path: string
  readonly key: Uint8Array
}

async function writeAll(
  { handle, path, key }: Output,
  files: Iterable<PackedFile>,
  told?: (done: number) => void
): Promise<{ bytes: number; sha256: string }> {
  const hashes = [createHash('sha256'), createHmac('sha256', key)]
  const entries: ZipEntry[] = []
  let at = 0
  const put = async (bytes: Uint8Array): Promise<void> => {
    if (at + bytes.length > largestArchive) throw tooLarge(path)
    for (const hash of hashes) hash.update(bytes)
    await handle.write(bytes)
    at += bytes.length
  }
  for (const file of files) {
    if (entries.length === mostFiles) throw tooLarge(path)
    const plain = await file.bytes()
    const packed = deflateSync(plain, { level: 6 })
    const entry = {
      name: file.name,
      method: 8,
      packedBytes: packed.length,
      bytes: plain.length,
      crc: crc32(plain),
      offset: at
    }
    await put(localHeader(entry))
    await put(packed)
    entries.push(entry)
    told?.(entries.length)
  }
  const start = at
  for (const entry of entries) await put(centralHeader(entry))
  await put(endRecord(entries.length, { start, length: at - start }))
  const [sha256, hmac] = hashes.map((hash) => hash.digest('hex'))
  await handle.write(Buffer.from(sha256 + hmac, 'latin1'))
  return { bytes: at + 2 * hexLength, sha256 }
}

function localHeader({ name, packedBytes, bytes, crc }: ZipEntry): Buffer {
  const header = Buffer.alloc(30 + name.length)
  header.writeUInt32LE(0x04034b50, 0)
  writeFacts(header, 4, { packedBytes, bytes, crc })
  header.writeUInt16LE(name.length, 26)
  header.write(name, 30, 'latin1')
  return header
}

function centralHeader({ name, packedBytes, bytes, crc, offset }: ZipEntry): Buffer {
  const header = Buffer.alloc(46 + name.length)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE(20, 4)
  writeFacts(header, 6, { packedBytes, bytes, crc })
  header.writeUInt16LE(name.length, 28)
  header.writeUInt32LE(offset, 42)
  header.write(name, 46, 'latin1')
  return header
}

/** Version needed, flags, method, date, checksum, sizes: the same in both headers (APPNOTE.TXT 6.3.9, 4.3.7 and 4.3.12). */
function writeFacts(
  header: Buffer,
  at: number,
  { packedBytes, bytes, crc }: Pick<ZipEntry, 'packedBytes' | 'bytes' | 'crc'>
): void {
  header.writeUInt16LE(20, at)
  header.writeUInt16LE(8, at + 4)
  header.writeUInt32LE(noDate, at + 6)
  header.writeUInt32LE(crc, at + 10)
  header.writeUInt32LE(packedBytes, at + 14)
  header.writeUInt32LE(bytes, at + 18)
}

function endRecord(count: number, { start, length }: { start: number; length: number }): Buffer {
  const end = Buffer.alloc(22 + sealMark.length)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(length, 12)
  end.writeUInt32LE(start, 16)
  end.writeUInt16LE(commentLength, 20)
  end.write(sealMark, 22, 'latin1')
  return end
}

/** An archive whose bytes are those that were sealed; `key` says by whom. */
export interface SealedZip {
  readonly name: string
  /** Of everything but the two hashes. */
  readonly sha256: string
  readonly entries: ReadonlyMap<string, ZipEntry>
  /** Throws Fault `bad-file` when there is no such file in it or it is longer than `limitBytes`. */
  unpack(entry: string, limitBytes: number): Uint8Array
  /** Whether it was sealed with this key. */
  sealedWith(key: Uint8Array): boolean
}

/** True for the last bytes of a sealed archive. */
export function looksSealed(tail: Uint8Array): boolean {
  const at = tail.length - commentLength
  return at >= 0 && Buffer.from(tail.subarray(at, at + sealMark.length)).toString('latin1') === sealMark
}

/** Bytes at the end of a file that `looksSealed` wants to see. */
export const sealBytes = commentLength

/**
 * Opens an archive. `allowed` names the files it may hold. Throws Fault `unsupported-file` for something else, `bad-file` when
 * a byte was changed, a name is not allowed or comes twice.
 */
export function openSealedZip(bytes: Uint8Array, name: string, allowed: RegExp): SealedZip {
  if (!looksSealed(bytes)) {
    throw new Fault('unsupported-file', `“${name}” is no reading package, or its end is missing.`, {
      subject: name,
      hint: 'Copy it again from where it was saved.'
    })
  }
  const sealed = bytes.subarray(0, bytes.length - 2 * hexLength)
  const [said, saidBy] = hashesAtEnd(bytes)
  const sha256 = createHash('sha256').update(sealed).digest('hex')
  if (sha256 !== said) throw changedPackage(name)
  const entries = new Map<string, ZipEntry>()
  for (const entry of zipEntries(bytes, name)) {
    if (!allowed.test(entry.name) || entries.has(entry.name)) {
      throw new Fault('bad-file', `“${name}” holds a file that does not belong in a reading package.`, {
        subject: name
      })
    }
    entries.set(entry.name, entry)
  }
  return {
    name,
    sha256,
    entries,
    unpack: (wanted, limitBytes) => {
      const entry = entries.get(wanted)
      if (entry === undefined)
        throw new Fault('bad-file', `“${name}” is incomplete: ${wanted} is missing.`, { subject: name })
      return unzipped(bytes, entry, { name, limitBytes })
    },
    sealedWith: (key) => createHmac('sha256', key).update(sealed).digest('hex') === saidBy
  }
}

function hashesAtEnd(bytes: Uint8Array): [string, string] {
  const text = Buffer.from(bytes.subarray(bytes.length - 2 * hexLength)).toString('latin1')
  return [text.slice(0, hexLength), text.slice(hexLength)]
}

/** The fault of an archive whose bytes are not those that were sealed. */
export const changedPackage = (name: string): Fault =>
  new Fault('bad-file', `“${name}” was changed after it was saved, or was damaged on the way. Nothing was imported.`, {
    subject: name,
    hint: 'Copy it again from where it was saved.'
  })

const tooLarge = (path: string): Fault =>
  new Fault('too-large', `“${basename(path)}” would be larger than 4 GiB, or hold more than 65,535 files.`, {
    subject: basename(path),
    hint: 'Split the study: fewer cases a package.'
  })

function notWritable(path: string, cause: unknown): Fault {
  const full = isErrorCode(cause, 'ENOSPC')
  return new Fault('not-writable', `“${basename(path)}” could not be written${full ? ': the disk is full' : ''}.`, {
    subject: basename(path),
    hint: full ? 'Free some space, or choose another drive.' : 'Choose a folder you may write to.',
    cause
  })
}
