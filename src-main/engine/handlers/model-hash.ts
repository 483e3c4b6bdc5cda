import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { Fault } from '@engine/fault'
import type { GraphModel } from '@engine/graph/model'
import { openModel } from '@engine/graph/open'
import { hashFile } from './recipe'

/** Files beside the model that hold weights, by name, in order. */
export function weightFiles({ constants }: Pick<GraphModel, 'constants'>): string[] {
  const files = Array.from(constants.values(), ({ external }) => external?.file)
  return [...new Set(files.filter((file) => file !== undefined))].sort()
}

/**
 * SHA-256 of a model: of its file, or, where weights lie in files beside it, over the hashes of all of them. Two training runs that were
 * saved in that way differ in those files alone, and a hash of the graph would take the one for the other.
 */
export async function hashModel(path: string, model: Pick<GraphModel, 'constants'>): Promise<string> {
  const own = await hashFile(path)
  const files = weightFiles(model)
  if (files.length === 0) return own
  const hash = createHash('sha256').update(`${own}\n`)
  for (const file of files) hash.update(`${file}\0${await hashFile(join(dirname(path), file))}\n`)
  return hash.digest('hex')
}

/** The same of a file that is not open; one that cannot be read as a model has the hash of its bytes. Throws Fault `not-found`. */
export async function hashModelFile(path: string): Promise<string> {
  try {
    return await hashModel(path, openModel(path))
  } catch (thrown) {
    if (thrown instanceof Fault) return hashFile(path)
    throw thrown
  }
}
