import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Fault } from '@engine/fault'
import type { ExpectedRegions } from '@shared/region-set'
import type { ChosenSet } from '@shared/region-view'
import { readRegionSet } from './case-regions'
import { writeWhole } from './output-folder'
import { gridRegionSet } from './chosen-regions'

/**
 * Writes a set with what an expert expects of its regions, and returns the file's name: into its own file, which keeps all else it says; for a
 * label image as NAME.regions.json beside it; for a grid into the folder. Throws Fault `usage`, `not-writable`, and what reading the set throws.
 */
export function saveExpected(
  set: ChosenSet,
  expected: readonly ExpectedRegions[],
  { folder, path }: { folder: string | null; path: (grant: string) => string }
): string {
  if (set.kind === 'grid') {
    if (folder === null) throw new Fault('usage', 'A grid has no file yet: choose a folder.')
    const { title, ...rest } = gridRegionSet(set)
    return written(join(folder, `grid-${set.rows}x${set.columns}.regions.json`), { title, ...rest, expected })
  }
  const file = path(set.grant)
  if (file.toLowerCase().endsWith('.json')) return merged(file, expected)
  const beside = join(dirname(file), `${basename(file).replace(/(\.nii)?\.[^.]+$/iu, '')}.regions.json`)
  if (existsSync(beside)) return mergedWith(beside, basename(file), expected)
  return written(beside, { version: 1, title: basename(file), source: { atlas: basename(file) }, expected })
}

function written(path: string, value: object): string {
  writeWhole(path, `${JSON.stringify(value, null, 2)}\n`)
  return basename(path)
}

/** Only the expected regions change; the rest of the file stays as somebody wrote it. */
function merged(path: string, expected: readonly ExpectedRegions[]): string {
  readRegionSet(path)
  const kept = JSON.parse(readFileSync(path, 'utf8')) as object
  return written(path, { ...kept, expected })
}

/** The set beside a label image is another one’s where it names other regions. */
function mergedWith(path: string, atlas: string, expected: readonly ExpectedRegions[]): string {
  const { source } = readRegionSet(path).set
  if ('atlas' in source && source.atlas === atlas) return merged(path, expected)
  throw new Fault('not-writable', `“${basename(path)}” lies beside the label image and holds other regions.`, {
    subject: basename(path),
    hint: 'Move it away, or open it in place of the label image.'
  })
}
