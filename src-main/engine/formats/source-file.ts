import { constants } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault } from '@engine/fault'

/** A file's bytes with the name the user knows it by. */
export interface SourceFile {
  readonly path: string
  /** Base name: what messages say. */
  readonly name: string
  readonly bytes: Uint8Array
  /** The reader may change the bytes and hand them on: nobody looks at them afterwards. */
  readonly mayChange?: boolean
}

/** Files above this are refused before reading: 4 GiB, the most one typed array of bytes may hold. */
export const largestFileBytes = 2 ** 32 - 1

/** Bytes read to recognise a file. */
export const headBytes = 4096

/** Reads a whole file as it is now. Throws Fault `not-found`, `too-large` or `bad-file`. */
export function readSourceFile(path: string): Promise<SourceFile> {
  return withFileStart(path, async ({ name, sizeBytes, upTo }) => {
    if (sizeBytes > largestFileBytes) throw tooLarge(name, sizeBytes)
    return { path, name, bytes: await upTo(sizeBytes) }
  })
}

/** The beginning of an open file, read in as many pieces as somebody asks for. */
export interface FileStart {
  readonly path: string
  readonly name: string
  /** When it was opened: it may grow while another program writes it. */
  readonly sizeBytes: number
  /** The first bytes, fewer when the file is shorter. Bytes read before are not read again. */
  upTo(length: number): Promise<Uint8Array>
}

/** Opens a file, lets `use` look at its beginning, closes it. Throws Fault `not-found` or `bad-file`, and what `use` throws. */
export async function withFileStart<T>(path: string, use: (start: FileStart) => Promise<T>): Promise<T> {
  const name = basename(path)
  // A named pipe would wait for a writer for ever.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((thrown: unknown) => {
    throw unreadable(name, thrown)
  })
  try {
    const facts = await file.stat()
    if (!facts.isFile()) throw noFile(name)
    return await use({ path, name, sizeBytes: facts.size, upTo: growingReader(file, { name, size: facts.size }) })
  } finally {
    await file.close()
  }
}

function growingReader(file: FileHandle, { name, size }: { name: string; size: number }): FileStart['upTo'] {
  let known = new Uint8Array(0)
  return async (length) => {
    const wanted = Math.min(length, size)
    if (wanted > known.length) {
      const bytes = new Uint8Array(wanted)
      bytes.set(known)
      let filled = known.length
      try {
        while (filled < wanted) {
          const { bytesRead } = await file.read(bytes, filled, wanted - filled, filled)
          if (bytesRead === 0) break
          filled += bytesRead
        }
      } catch (thrown) {
        throw unreadable(name, thrown)
      }
      known = bytes.subarray(0, filled)
    }
    return known.subarray(0, Math.min(length, known.length))
  }
}

/** The first bytes of a file, fewer when it is short. Throws Fault `not-found` or `bad-file`. */
export function readStart(path: string, length: number = headBytes): Promise<Uint8Array> {
  return withFileStart(path, (start) => start.upTo(length))
}

/** The partner of a file in the same folder (`scan.hdr` and `scan.img`), or null; one of more than `mostBytes` is some other file. */
export async function readSibling(
  source: Pick<SourceFile, 'path'>,
  name: string,
  mostBytes = largestFileBytes
): Promise<SourceFile | null> {
  const path = join(dirname(source.path), basename(name))
  try {
    const facts = mostBytes < largestFileBytes ? await stat(path).catch(() => null) : undefined
    if (facts === null || (facts !== undefined && (!facts.isFile() || facts.size > mostBytes))) return null
    return await readSourceFile(path)
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'not-found') return null
    throw thrown
  }
}

/** Fault for a file past `largestFileBytes`. */
export function tooLarge(name: string, bytes: number): Fault {
  return new Fault('too-large', `“${name}” has ${Math.round(bytes / 2 ** 30)} GiB; at most 4 GiB can be read.`, {
    subject: name,
    hint: 'Split the file, or crop the image.'
  })
}

function noFile(name: string): Fault {
  return new Fault('bad-file', `“${name}” is not a file.`, { subject: name, hint: 'Choose an image file.' })
}

function unreadable(name: string, thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : 'unknown'
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new Fault('not-found', `There is no file “${name}”.`, {
      subject: name,
      hint: 'Check the path.',
      cause: thrown
    })
  }
  const why = code === 'EACCES' || code === 'EPERM' ? 'reading it is not allowed' : `the system says ${code}`
  return new Fault('bad-file', `“${name}” could not be read: ${why}.`, {
    subject: name,
    hint: 'Check the permissions and the disk.',
    cause: thrown
  })
}
