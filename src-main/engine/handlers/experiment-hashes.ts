import { existsSync } from 'node:fs'
import { fileAddress } from '@engine/formats/file-address'
import type { ExperimentParts } from './experiment-parts'
import { hashFile } from './recipe'

/** SHA-256 of every file an experiment reads, by the path written in it; files of open cases are known by their recipes. */
export async function experimentFiles(parts: ExperimentParts): Promise<Record<string, string>> {
  const { experiment, loaded } = parts
  const reference = experiment.references.averageMask
  const relative = [
    ...experiment.models.flatMap((model) => [model.onnx, model.card ?? '']),
    ...experiment.cases.flatMap((item) => [
      item.image,
      ...item.masks.map((mask) => mask.path),
      ...item.variants.map((variant) => variant.image)
    ]),
    reference !== null && 'path' in reference ? reference.path : ''
  ].filter((path) => path !== '')
  const hashes: Record<string, string> = {}
  for (const path of new Set(relative)) {
    // A mask may be one segment of a file: the hash is that of the file.
    const { path: absolute } = await fileAddress(loaded.path(path))
    if (existsSync(absolute)) hashes[path] = await hashFile(absolute)
  }
  return hashes
}
