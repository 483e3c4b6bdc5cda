import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { Fault } from '@engine/fault'
import { mostFiles } from '@engine/formats/study/find-files'
import { throwIfCancelled, type Job } from '@engine/job'

/** A folder that may be a dataset, listed once. */
export interface DatasetPlace {
  /** The folder every path must stay inside; links followed. */
  readonly root: string
  /** What the user named, for messages: a folder or a file. */
  readonly name: string
  /** The file the user named (a manifest, an annotation file), relative to the root; null when a folder was named. */
  readonly named: string | null
  /** Files below the root, relative, with `/`; hidden ones left out; sorted. */
  readonly files: readonly string[]
  /** Links that lead out of the folder or nowhere: not followed. */
  readonly strayLinks: number
  /** Folders the user may not look into, relative. */
  readonly closedFolders: readonly string[]
}

/** A path of a dataset that leads to a file, or the reason why it does not. */
export type Located = { readonly path: string; readonly relative: string } | { readonly refused: string }

/**
 * Lists what lies below a folder, or beside a named file. Links to files inside the folder are taken as files (DataLad
 * keeps images so), all others are counted and left alone. Throws Fault `not-found`, `too-large`, `cancelled`.
 */
export async function datasetPlace(path: string, job: Job): Promise<DatasetPlace> {
  const name = basename(path)
  const facts = await stat(path).catch((cause: unknown) => {
    throw new Fault('not-found', `There is no file or folder “${name}”.`, {
      subject: name,
      hint: 'Check the path.',
      cause
    })
  })
  const real = await realpath(path)
  const root = facts.isDirectory() ? real : dirname(real)
  const listed = await walk(root, job)
  return { root, name, named: facts.isDirectory() ? null : toSlashes(relative(root, real)), ...listed }
}

type Listed = Pick<DatasetPlace, 'files' | 'strayLinks' | 'closedFolders'>

async function walk(root: string, job: Job): Promise<Listed> {
  const files: string[] = []
  const closedFolders: string[] = []
  let strayLinks = 0
  const waiting = ['']
  while (waiting.length > 0) {
    throwIfCancelled(job)
    const folder = waiting.pop()!
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => null)
    if (entries === null) closedFolders.push(folder === '' ? '.' : folder)
    for (const entry of entries ?? []) {
      if (entry.name.startsWith('.')) continue
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) waiting.push(path)
      else if (entry.isFile() || (entry.isSymbolicLink() && (await isFileInside(root, path)))) files.push(path)
      else strayLinks++
    }
    job.progress('Listing files', files.length, 0)
    if (files.length > mostFiles) {
      throw new Fault('too-large', `There are more than ${mostFiles} files in that folder.`, {
        subject: basename(root),
        hint: 'Name the folder of the dataset itself.'
      })
    }
  }
  return { files: files.sort(byCodePoints), strayLinks, closedFolders }
}

async function isFileInside(root: string, path: string): Promise<boolean> {
  const target = await realpath(join(root, path)).catch(() => null)
  if (target === null || !isInside(root, target)) return false
  return (await stat(target)).isFile()
}

/** Whether an absolute path lies in a folder, or is it. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}

/** The same order on every machine, whatever its language. */
export function byCodePoints(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0
}

const toSlashes = (path: string): string => path.split(sep).join('/')

/** How names are compared where the exact one is not there: without regard to case, and composed as one (é). */
export const foldName = (name: string): string => name.normalize('NFC').toLowerCase()

/** Finds the files of a dataset by the paths its tables hold. */
export class PathFinder {
  private readonly exact: ReadonlySet<string>
  private folders: ReadonlySet<string> | null = null
  private folded: Map<string, string[]> | null = null

  constructor(private readonly place: DatasetPlace) {
    this.exact = new Set(place.files)
  }

  /**
   * The file behind a path of a table, relative to a folder inside the root ('' is the root). Names are matched exactly,
   * else without regard to case; backslashes count as `/`. Paths that leave the dataset are refused.
   */
  locate(cell: string, from = ''): Located {
    // eslint-disable-next-line no-control-regex -- exactly these make a path unsafe
    if (/[\u0000-\u001f]/.test(cell)) return { refused: 'its path has control characters' }
    const inside = this.insideRoot(cell, from)
    if (inside === null) return { refused: `“${cell}” leads out of the dataset's folder and was not opened` }
    const found = this.exact.has(inside) ? [inside] : this.alike(inside)
    if (found.length === 1) return { path: join(this.place.root, found[0]), relative: found[0] }
    if (found.length > 1) return { refused: `“${cell}” could be ${found.length} files that differ only in case` }
    return { refused: `there is no file “${cell}”` }
  }

  /** The folder behind a path of a table, for the series that lies in it; null when nothing lies there. */
  locateFolder(cell: string, from = ''): { readonly path: string; readonly relative: string } | null {
    const inside = this.insideRoot(cell, from)
    this.folders ??= foldersAbove(this.place.files)
    if (inside === null || !this.folders.has(inside)) return null
    return { path: join(this.place.root, inside), relative: inside }
  }

  /** Files whose names differ in case or composition alone; listed when first asked for. */
  private alike(inside: string): readonly string[] {
    if (this.folded === null) {
      this.folded = new Map()
      for (const file of this.place.files) {
        const key = foldName(file)
        const others = this.folded.get(key)
        if (others === undefined) this.folded.set(key, [file])
        else others.push(file)
      }
    }
    return this.folded.get(foldName(inside)) ?? []
  }

  /** The path relative to the root, or null when it leads out of it. */
  private insideRoot(cell: string, from: string): string | null {
    const slashed = cell.replaceAll('\\', '/')
    if (isAbsolute(cell)) {
      return isInside(this.place.root, join(cell)) ? toSlashes(relative(this.place.root, join(cell))) : null
    }
    if (/^([A-Za-z]:)?\//.test(slashed)) return null
    const parts: string[] = from === '' ? [] : from.split('/')
    for (const part of slashed.split('/')) {
      if (part === '' || part === '.') continue
      if (part !== '..') parts.push(part)
      else if (parts.pop() === undefined) return null
    }
    return parts.join('/')
  }
}

/** Every folder some file lies in, at any depth. */
function foldersAbove(files: readonly string[]): Set<string> {
  const folders = new Set<string>()
  for (const file of files) {
    for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) {
      if (folders.has(file.slice(0, at))) break
      folders.add(file.slice(0, at))
    }
  }
  return folders
}
