import { open, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault } from '@engine/fault'

/** A file's bytes with the name the user knows it by. */
export interface SourceFile {
  readonly path: string
  /** Base name: what messages say. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** Files above this are refused before reading: 4 GiB, the most one typed array of bytes may hold. */
export const largestFileBytes = 2 ** 32 - 1

/** Bytes read to recognise a file. */
export const headBytes = 4096

/** Reads a whole file. Throws Fault `not-found`, `too-large` or `bad-file`. */
export async function readSourceFile(path: string): Promise<SourceFile> {
  const name = basename(path)
  await requireReadableSize(path)
  try {
    const buffer = await readFile(path)
    return { path, name, bytes: new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) }
  } catch (thrown) {
    throw unreadable(name, thrown)
  }
}

/** The first bytes of a file, fewer when it is short. Throws Fault `not-found` or `bad-file`. */
export async function readStart(path: string, length: number = headBytes): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r')
    try {
      const bytes = new Uint8Array(length)
      const { bytesRead } = await file.read(bytes, 0, length, 0)
      return bytes.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (thrown) {
    throw unreadable(basename(path), thrown)
  }
}

/** The partner of a file in the same folder (`scan.hdr` and `scan.img`), or null. */
export async function readSibling(source: SourceFile, name: string): Promise<SourceFile | null> {
  const path = join(dirname(source.path), basename(name))
  try {
    return await readSourceFile(path)
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'not-found') return null
    throw thrown
  }
}

async function requireReadableSize(path: string): Promise<void> {
  const name = basename(path)
  const facts = await stat(path).catch((thrown: unknown) => {
    throw unreadable(name, thrown)
  })
  if (!facts.isFile()) {
    throw new Fault('bad-file', `“${name}” is not a file.`, { subject: name, hint: 'Choose an image file.' })
  }
  if (facts.size > largestFileBytes) {
    throw new Fault('too-large', `“${name}” has ${Math.round(facts.size / 2 ** 30)} GiB; at most 4 GiB can be read.`, {
      subject: name,
      hint: 'Split the file, or crop the image.'
    })
  }
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
