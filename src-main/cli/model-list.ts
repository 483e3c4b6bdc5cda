import { existsSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { Fault } from '@engine/fault'
import type { ExperimentInput } from '@shared/experiment'

/**
 * Models of an experiment from paths: ids are file names, cards those beside the files, paths relative to the
 * experiment's folder where they can be. Throws Fault `not-found`.
 */
export function relativeModels(paths: readonly string[], folder: string): ExperimentInput['models'] {
  const taken = new Set<string>()
  return paths.map((path) => {
    const file = resolve(path)
    if (!existsSync(file))
      throw new Fault('not-found', `There is no model file "${basename(path)}".`, { subject: basename(path) })
    const stem = basename(file).replace(/\.onnx$/i, '')
    const id = freeName(stem, taken)
    const card = join(dirname(file), `${stem}.card.json`)
    return { id, onnx: written(file, folder), card: existsSync(card) ? written(card, folder) : null }
  })
}

function freeName(stem: string, taken: Set<string>): string {
  let name = stem
  for (let count = 2; taken.has(name); count++) name = `${stem}-${count}`
  taken.add(name)
  return name
}

/** Relative with `/` where one leads there, so that the folder can be moved as a whole; in full from another drive. */
function written(path: string, folder: string): string {
  const way = relative(folder, path)
  return isAbsolute(way) ? path : way.split(sep).join('/')
}
