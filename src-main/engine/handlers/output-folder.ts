import { randomUUID } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Fault } from '@engine/fault'

/**
 * Makes sure a folder exists and can be written to, before any work is done for it.
 * Throws Fault `not-writable` naming the folder by its last part.
 */
export function prepareFolder(path: string): void {
  const name = basename(path) || path
  const hint = 'Choose a folder you may write to.'
  try {
    mkdirSync(path, { recursive: true })
  } catch (cause) {
    throw new Fault('not-writable', `The folder "${name}" cannot be made: ${reason(cause)}.`, {
      subject: name,
      hint,
      cause
    })
  }
  if (!statSync(path).isDirectory())
    throw new Fault('not-writable', `"${name}" is a file, not a folder.`, { subject: name, hint })
  try {
    accessSync(path, constants.W_OK)
    probeWrite(path)
  } catch (cause) {
    throw new Fault('not-writable', `The folder "${name}" cannot be written to: ${reason(cause)}.`, {
      subject: name,
      hint,
      cause
    })
  }
}

/** `access` says yes to root on read-only mounts too; only writing tells. */
function probeWrite(path: string): void {
  const probe = join(path, `.saliscope-${randomUUID()}`)
  writeFileSync(probe, '')
  rmSync(probe)
}

/**
 * Writes a file so that nothing half-written ever has its final name: a temporary file beside it, then a rename.
 * `mode` 0o600 keeps it from other users from its first byte on. Throws Fault `not-writable`.
 */
export function writeWhole(path: string, content: Uint8Array | string, mode?: number): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(temporary, content, { flush: true, ...(mode === undefined ? {} : { mode }) })
    renameSync(temporary, path)
  } catch (cause) {
    if (existsSync(temporary)) rmSync(temporary, { force: true })
    throw new Fault('not-writable', `"${basename(path)}" could not be written: ${reason(cause)}.`, {
      subject: basename(path),
      hint: 'Check that the disk is not full and that you may write to the folder.',
      cause
    })
  }
}

const mostOfOneName = 10_000

/** A name that no file of the folder has: `stem.ending`, else `stem-2.ending` and so on. Throws Fault `not-writable`. */
export function freeName(folder: string, stem: string, ending: string): string {
  for (let number = 1; number <= mostOfOneName; number++) {
    const file = number === 1 ? `${stem}.${ending}` : `${stem}-${number}.${ending}`
    if (!existsSync(join(folder, file))) return file
  }
  throw new Fault('not-writable', `The folder holds ${mostOfOneName} files of the name "${stem}".`, {
    hint: 'Choose another folder.'
  })
}

const phrases: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the drive is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'a file of that name is in the way',
  ENOTDIR: 'a part of its path is a file'
}

function reason(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
  return phrases[code] ?? (code || 'unknown reason')
}
