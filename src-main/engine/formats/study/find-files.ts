import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { asFault, Fault } from '@engine/fault'
import type { FileRefusal } from '@engine/formats/load-series'
import { throwIfCancelled, type Job } from '@engine/job'

/** A file to look at. `named` files were chosen by the user; the others were found in a folder and may be passed over. */
export interface FoundFile {
  readonly path: string
  readonly named: boolean
}

export interface FoundFiles {
  /** Sorted by path. */
  readonly files: readonly FoundFile[]
  /** Folders that may not be read, links that lead nowhere or out of the opened folder. */
  readonly problems: readonly FileRefusal[]
}

/** More files than this are never listed: a whole disk was dropped by mistake. */
export const mostFiles = 200_000

/**
 * Files behind paths: folders are walked, hidden files are passed over, links are followed inside the opened folder only.
 * Throws Fault `not-found` for a path that does not exist, `too-large` past `mostFiles`, `cancelled`.
 */
export async function findFiles(paths: readonly string[], job: Job): Promise<FoundFiles> {
  const found = new Map<string, FoundFile>()
  const problems: FileRefusal[] = []
  for (const path of paths) {
    const facts = await stat(path).catch((thrown: unknown) => {
      throw missing(path, thrown)
    })
    const real = await realpath(path)
    if (facts.isDirectory()) await walk(real, { found, problems, job })
    else found.set(real, { path, named: true })
  }
  const files = [...found.values()].sort((first, second) => (first.path < second.path ? -1 : 1))
  return { files, problems }
}

interface Finds {
  readonly found: Map<string, FoundFile>
  readonly problems: FileRefusal[]
  readonly job: Job
}

async function walk(root: string, { found, problems, job }: Finds): Promise<void> {
  const waiting = [root]
  const seen = new Set(waiting)
  const take = (place: Place): void => {
    if (place.kind === 'file' && !found.has(place.path)) found.set(place.path, { path: place.path, named: false })
    if (place.kind === 'folder' && !seen.has(place.path)) {
      seen.add(place.path)
      waiting.push(place.path)
    }
  }
  while (waiting.length > 0) {
    throwIfCancelled(job)
    const folder = waiting.pop()!
    try {
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        if (entry.name.startsWith('.')) continue
        const path = join(folder, entry.name)
        if (entry.isSymbolicLink())
          take(await linked(path, root).catch((thrown: unknown) => told(problems, path, thrown)))
        else if (entry.isDirectory()) take({ kind: 'folder', path })
        else if (entry.isFile()) take({ kind: 'file', path })
      }
    } catch (thrown) {
      told(problems, folder, closed(folder, thrown))
    }
    if (found.size > mostFiles) throw tooMany(root)
  }
}

interface Place {
  readonly kind: 'file' | 'folder' | 'nothing'
  readonly path: string
}

/** Where a link inside the opened folder leads. Throws Fault for one that leads nowhere, in a circle or out of the folder. */
async function linked(path: string, root: string): Promise<Place> {
  const name = basename(path)
  const target = await realpath(path).catch((thrown: unknown) => {
    throw new Fault('not-found', `The link “${name}” leads nowhere.`, {
      subject: name,
      hint: 'Copy the files themselves into the folder.',
      cause: thrown
    })
  })
  if (target !== root && !target.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new Fault('bad-file', `The link “${name}” leads out of the opened folder; it was not followed.`, {
      subject: name,
      hint: 'Open the folder it leads to.'
    })
  }
  const facts = await stat(target)
  return { kind: facts.isDirectory() ? 'folder' : facts.isFile() ? 'file' : 'nothing', path: target }
}

function told(problems: FileRefusal[], path: string, thrown: unknown): Place {
  problems.push({ path, file: basename(path), fault: asFault(thrown).report() })
  return { kind: 'nothing', path }
}

function missing(path: string, cause: unknown): Fault {
  const name = basename(path)
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : ''
  if (code === 'EACCES' || code === 'EPERM') return closed(path, cause)
  return new Fault('not-found', `There is no file or folder “${name}”.`, {
    subject: name,
    hint: 'Check the path.',
    cause
  })
}

function closed(folder: string, cause: unknown): Fault {
  const name = basename(folder)
  return new Fault('bad-file', `“${name}” could not be read: the system does not allow it or the disk fails.`, {
    subject: name,
    hint: 'Check the permissions and the disk.',
    cause
  })
}

function tooMany(root: string): Fault {
  return new Fault('too-large', `There are more than ${mostFiles} files in that folder.`, {
    subject: basename(root),
    hint: 'Open the folder of one study.'
  })
}
