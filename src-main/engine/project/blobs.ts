import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Fault } from '@engine/fault'
import { storageFault } from './storage-fault'

/** SHA-256 in hexadecimal. */
export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Large contents, each in a file named by its SHA-256. Without a folder they live in memory. */
export class Blobs {
  private readonly inMemory = new Map<string, Uint8Array>()

  constructor(private readonly folder: string | null) {}

  /** Returns the hash once the content is on the disk. Throws Fault `disk-full`, `not-writable`. */
  write(content: Uint8Array): string {
    const hash = sha256(content)
    if (this.folder === null) this.inMemory.set(hash, content)
    else if (!existsSync(this.pathOf(hash))) this.writeFile(this.pathOf(hash), content)
    return hash
  }

  /** Throws Fault `bad-workspace` when it is missing or not what was written. */
  read(hash: string): Uint8Array {
    const content = this.contentOf(hash)
    if (content !== undefined && sha256(content) === hash) return content
    throw new Fault('bad-workspace', `A part of the workspace is ${content === undefined ? 'missing' : 'damaged'}.`, {
      subject: `blob ${hash.slice(0, 12)}`,
      hint: 'Restore it from a backup of the workspace folder.'
    })
  }

  /** Hashes of all that is here, by their names. */
  list(): string[] {
    if (this.folder === null) return [...this.inMemory.keys()]
    if (!existsSync(this.folder)) return []
    const names = readdirSync(this.folder, { recursive: true, withFileTypes: true })
    return names.filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name)).map(({ name }) => name)
  }

  private contentOf(hash: string): Uint8Array | undefined {
    if (this.folder === null) return this.inMemory.get(hash)
    return existsSync(this.pathOf(hash)) ? readFileSync(this.pathOf(hash)) : undefined
  }

  private pathOf(hash: string): string {
    return join(this.folder ?? '', hash.slice(0, 2), hash)
  }

  /** Temporary file, fsync, rename, fsync of the folder: the final name never holds half a content. */
  private writeFile(path: string, content: Uint8Array): void {
    const temporary = `${path}.${randomUUID()}.part`
    try {
      const made = mkdirSync(dirname(path), { recursive: true })
      const file = openSync(temporary, 'wx', 0o600)
      try {
        let at = 0
        while (at < content.length) at += writeSync(file, content, at)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(temporary, path)
      syncFolder(dirname(path))
      if (made !== undefined) syncFolder(dirname(dirname(path)))
    } catch (thrown) {
      rmSync(temporary, { force: true })
      throw storageFault(thrown)
    }
  }
}

/** A rename is on the disk when its folder is. Windows opens no folder; there the rename itself is written through. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
