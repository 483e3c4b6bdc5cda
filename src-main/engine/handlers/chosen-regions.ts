import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as v from 'valibot'
import type { Regions } from '@shared/experiment'
import { type CaseFit, type ExpectedRegions, type Landmark, type RegionFit, RegionSet } from '@shared/region-set'
import type { AssessedRegions, ChosenSet } from '@shared/region-view'
import { besideSet, readRegionSet } from './case-regions'

/** A set as the window chose it, with the path of its label image. */
export interface ReadSet {
  readonly set: RegionSet
  readonly atlas: string | null
}

const gridLandmarks: Landmark[] = [
  { name: 'upper left', point: [19.5, 19.5, 0] },
  { name: 'upper right', point: [79.5, 19.5, 0] },
  { name: 'middle', point: [49.5, 49.5, 0] },
  { name: 'lower left', point: [19.5, 79.5, 0] },
  { name: 'lower right', point: [79.5, 79.5, 0] }
]

/** A grid as a set, with landmarks by which it can be bent. */
export function gridRegionSet({ rows, columns }: { rows: number; columns: number }): RegionSet {
  return v.parse(RegionSet, {
    version: 1,
    title: `Grid, ${rows} × ${columns}`,
    source: { grid: { rows, columns } },
    landmarks: gridLandmarks
  })
}

/** Where the set of a label image lies, whether or not there is one: NAME.regions.json beside it. */
export const besideImage = (image: string): string =>
  join(dirname(image), `${basename(image).replace(/(\.nii)?\.[^.]+$/iu, '')}.regions.json`)

/** The file of a chosen set: itself, or the one beside a label image that names this image; null for a label image alone. Throws Fault `bad-file`. */
export function setFileOf(file: string): string | null {
  if (file.toLowerCase().endsWith('.json')) return file
  const beside = besideImage(file)
  if (!existsSync(beside)) return null
  const { source } = readRegionSet(beside).set
  return 'atlas' in source && source.atlas === basename(file) ? beside : null
}

/** Reads the set that the window chose; of a label image with what is said in the set beside it. Throws Fault `not-found`, `bad-file`. */
export function readChosenSet(set: ChosenSet, path: (grant: string) => string): ReadSet {
  if (set.kind === 'grid') return { set: gridRegionSet(set), atlas: null }
  const file = path(set.grant)
  const own = setFileOf(file)
  if (own === null) {
    return { set: v.parse(RegionSet, { version: 1, title: 'Label image', source: { atlas: file } }), atlas: file }
  }
  const { set: read, folder } = readRegionSet(own)
  return { set: read, atlas: 'atlas' in read.source ? besideSet(folder, read.source.atlas) : null }
}

/** The regions of the window as an experiment names them, and where the files it names lie. */
export function regionsOfWindow(
  { set, fit, model, landmarks, expected }: AssessedRegions,
  path: (grant: string) => string
): { regions: Regions; places: ReadonlyMap<string, string> } {
  const places = new Map<string, string>()
  const placed = (file: string): string => {
    // Two files of one name stay two; the place on this computer stays out of the report.
    const name = places.has(basename(file)) ? `2/${basename(file)}` : basename(file)
    places.set(name, file)
    return name
  }
  const source = sourceOf(set, (grant) => placed(setFileOf(path(grant)) ?? path(grant)))
  const laid = fitOf({ fit, model, landmarks }, (grant) => placed(path(grant)))
  return { regions: { source, names: {}, fit: laid, expected: expectedOf(expected, set, path) }, places }
}

/** What was marked in the window is the whole of it: a finding of the file that was taken back is named without regions. */
function expectedOf(
  marked: AssessedRegions['expected'],
  set: ChosenSet,
  path: (grant: string) => string
): ExpectedRegions[] {
  if (marked === null) return []
  const stated = new Set(marked.map(({ label }) => label.toLowerCase()))
  const takenBack = readChosenSet(set, path).set.expected.filter(({ label }) => !stated.has(label.toLowerCase()))
  return [...marked, ...takenBack.map(({ label }) => ({ label, regions: [], code: null }))]
}

function sourceOf(set: ChosenSet, placed: (grant: string) => string): Regions['source'] {
  if (set.kind === 'grid') return { grid: { rows: set.rows, columns: set.columns } }
  const name = placed(set.grant)
  return name.toLowerCase().endsWith('.json') ? { set: name } : { atlas: name }
}

function fitOf(
  { fit, model, landmarks }: Pick<AssessedRegions, 'fit' | 'model' | 'landmarks'>,
  placed: (grant: string) => string
): RegionFit | null {
  if (fit === 'as-drawn') return null
  if (fit === 'body') return { by: 'mask', mask: 'automatic', cases: null }
  if (fit === 'model') {
    if (model === null) return null
    const mask = { onnx: placed(model.grant), card: null, labels: [...model.labels], threshold: null }
    return { by: 'mask', mask, cases: null }
  }
  const cases = Object.entries(landmarks).map(([id, own]): [string, CaseFit] => [
    id,
    { version: 1, landmarks: own, offset: [0, 0, 0] }
  ])
  return { by: 'landmarks', transform: fit, cases: Object.fromEntries(cases) }
}
