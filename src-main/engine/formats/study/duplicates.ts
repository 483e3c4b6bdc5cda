import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { concurrently } from '@shared/concurrently'
import { throwIfCancelled, type Job } from '@engine/job'

/** A file and the instance it says it is. */
export interface InstanceFile {
  readonly path: string
  /** '' when the file does not say. */
  readonly sopInstanceUid: string
}

/**
 * Files that repeat another one byte for byte: path → the path of the first. Only files with the UID of another are compared;
 * those that share a UID but differ (a processed image that kept its UID) are no copies.
 */
export async function byteCopies(files: readonly InstanceFile[], job: Job): Promise<ReadonlyMap<string, string>> {
  const byUid = new Map<string, string[]>()
  for (const { path, sopInstanceUid } of files) {
    if (sopInstanceUid === '') continue
    const there = byUid.get(sopInstanceUid)
    if (there === undefined) byUid.set(sopInstanceUid, [path])
    else there.push(path)
  }
  const suspects = [...byUid.values()].filter((paths) => paths.length > 1)
  const copies = new Map<string, string>()
  await concurrently(suspects, 4, async (paths) => {
    const firstWith = new Map<string, string>()
    for (const path of paths) {
      throwIfCancelled(job)
      const content = await contentHash(path)
      const first = content === null ? undefined : firstWith.get(content)
      if (first !== undefined) copies.set(path, first)
      else if (content !== null) firstWith.set(content, path)
    }
  })
  return copies
}

const chunkBytes = 2 ** 18

/** SHA-256 of a file, read in pieces; null when it cannot be read. */
async function contentHash(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return null
  try {
    const hash = createHash('sha256')
    const chunk = new Uint8Array(chunkBytes)
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunkBytes)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(chunk.subarray(0, bytesRead))
    }
  } catch {
    return null
  } finally {
    await file.close()
  }
}
