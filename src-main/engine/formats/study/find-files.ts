import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Fault } from '@engine/fault'
import { throwIfCancelled, type Job } from '@engine/job'

/** A file to look at. `named` files were chosen by the user; the others were found in a folder and may be passed over. */
export interface FoundFile {
  readonly path: string
  readonly named: boolean
}

/** More files than this are never listed: a whole disk was dropped by mistake. */
export const mostFiles = 200_000

/**
 * Files behind paths: folders are walked, links inside them are not followed, hidden files are passed over; sorted by path.
 * Throws Fault `not-found` for a path that does not exist, `too-large` past `mostFiles`.
 */
export async function findFiles(paths: readonly string[], job: Job): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>()
  for (const path of paths) {
    const facts = await stat(path).catch((thrown: unknown) => {
      const name = basename(path)
      throw new Fault('not-found', `There is no file or folder “${name}”.`, {
        subject: name,
        hint: 'Check the path.',
        cause: thrown
      })
    })
    const real = await realpath(path)
    if (facts.isDirectory()) await walk(real, found, job)
    else found.set(real, { path, named: true })
  }
  return [...found.values()].sort((first, second) => (first.path < second.path ? -1 : 1))
}

async function walk(root: string, found: Map<string, FoundFile>, job: Job): Promise<void> {
  const waiting = [root]
  while (waiting.length > 0) {
    throwIfCancelled(job)
    const folder = waiting.pop()!
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (entry.name.startsWith('.')) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) waiting.push(path)
      else if (entry.isFile() && !found.has(path)) found.set(path, { path, named: false })
    }
    if (found.size > mostFiles) {
      throw new Fault('too-large', `There are more than ${mostFiles} files in that folder.`, {
        subject: basename(root),
        hint: 'Open the folder of one study.'
      })
    }
  }
}

/** True when a path exists and is a plain file (not a link). */
export async function isPlainFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (facts) => facts.isFile(),
    () => false
  )
}
