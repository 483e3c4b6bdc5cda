import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Fault } from '@engine/fault'
import type { ExpectedRegions } from '@shared/region-set'
import type { ChosenSet } from '@shared/region-view'
import { readRegionSet } from './case-regions'
import { writeWhole } from './output-folder'
import { besideImage, gridRegionSet, setFileOf } from './chosen-regions'

interface SavingPlaces {
  /** Where a grid is written. */
  readonly folder: string | null
  /** Text by path of the files that this run of the program wrote for grids. */
  readonly written: Map<string, string>
  path(grant: string): string
}

/**
 * Writes a set with what an expert expects of its regions, and returns the file's name: into its own file, which keeps all else it says; for a
 * label image as NAME.regions.json beside it; for a grid into the folder, never over what somebody else wrote. Throws Fault `usage`,
 * `not-writable`, and what reading the set throws.
 */
export function saveExpected(
  set: ChosenSet,
  expected: readonly ExpectedRegions[],
  { folder, path, written }: SavingPlaces
): string {
  if (set.kind === 'grid') {
    if (folder === null) throw new Fault('usage', 'A grid has no file yet: choose a folder.')
    const place = gridPlace(join(folder, `grid-${set.rows}x${set.columns}`), written)
    const text = textOf({ ...gridRegionSet(set), expected })
    writeWhole(place, text)
    written.set(place, text)
    return basename(place)
  }
  const file = path(set.grant)
  const own = setFileOf(file)
  if (own !== null) return merged(own, expected)
  const beside = besideImage(file)
  if (existsSync(beside)) throw otherRegions(basename(beside))
  const name = basename(file)
  writeWhole(beside, textOf({ version: 1, title: name, source: { atlas: name }, expected }))
  return basename(beside)
}

const textOf = (value: object): string => `${JSON.stringify(value, null, 2)}\n`

/** The first name that is free, or whose file still is what was written here: another expert's marks of the same grid are theirs. */
function gridPlace(stem: string, written: ReadonlyMap<string, string>): string {
  for (let number = 1; ; number++) {
    const place = `${stem}${number === 1 ? '' : `-${number}`}.regions.json`
    if (!existsSync(place) || readFileSync(place, 'utf8') === written.get(place)) return place
  }
}

/** Only the expected regions change; the rest of the file stays as somebody wrote it. */
function merged(path: string, expected: readonly ExpectedRegions[]): string {
  readRegionSet(path)
  const kept = JSON.parse(readFileSync(path, 'utf8')) as object
  writeWhole(path, textOf({ ...kept, expected }))
  return basename(path)
}

/** The set beside a label image is another one’s where it names other regions. */
const otherRegions = (name: string): Fault =>
  new Fault('not-writable', `“${name}” lies beside the label image and holds other regions.`, {
    subject: name,
    hint: 'Move it away, or open it in place of the label image.'
  })
