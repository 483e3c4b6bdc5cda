import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { relative as relativePath, sep } from 'node:path'
import { fileAddress } from '@engine/formats/file-address'
import { findFiles } from '@engine/formats/study/find-files'
import { quietJob } from '@engine/job'
import type { ExperimentParts } from './experiment-parts'
import { experimentPlaces } from './experiment-places'
import { hashFile } from './recipe'

/** SHA-256 of every file an experiment reads, by the name it has there; files of open cases are known by their recipes. */
export async function experimentFiles(parts: ExperimentParts): Promise<Record<string, string>> {
  const { computed, drawn } = experimentPlaces(parts)
  const hashes: Record<string, string> = {}
  // One table may hold the outlines of ten thousand cases: it is hashed once.
  const known = new Map<string, Promise<string>>()
  for (const [name, path] of [...computed, ...drawn]) {
    // A mask may be one segment of a file: the hash is that of the file.
    const { path: absolute } = await fileAddress(path)
    if (!existsSync(absolute)) continue
    const hashing = known.get(absolute) ?? hashPath(absolute)
    known.set(absolute, hashing)
    hashes[name] = await hashing
  }
  return hashes
}

/** A file's hash; of the folder of a series the hash over its files' paths and hashes, in order of their paths. */
async function hashPath(path: string): Promise<string> {
  if (!statSync(path).isDirectory()) return hashFile(path)
  const hash = createHash('sha256')
  for (const file of (await findFiles([path], quietJob())).files) {
    hash.update(`${relativePath(path, file.path).split(sep).join('/')}\0${await hashFile(file.path)}\n`)
  }
  return hash.digest('hex')
}
