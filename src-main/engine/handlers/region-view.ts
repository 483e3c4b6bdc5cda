import { join } from 'node:path'
import * as v from 'valibot'
import type { Handlers } from '@engine/engine'
import { scoringReduction } from '@engine/attribution/reduction'
import { scoresOf } from '@engine/criteria/region-scores'
import { Fault } from '@engine/fault'
import type { Volume } from '@engine/geometry/volume'
import { type Landmark, RegionSet } from '@shared/region-set'
import type { RegionAnswer, RegionQuestion } from '@shared/region-view'
import { besideSet, readRegionSet } from './case-regions'
import { automaticBody } from './image-zones'
import type { FinishedMap } from './map-shelf'
import { type PlacedMap, placeMap } from './map-on-image'
import { writeWhole } from './output-folder'
import { fittedLabels, loadedSet, type FitOrder, type LoadedSet } from './region-fit'
import { safeName } from './safe-name'
import type { Workbench } from './workbench'

/** Maps laid on their image, as long as they are on the shelf: a dragged landmark asks for the same one many times a second. */
const placedMaps = new WeakMap<FinishedMap, PlacedMap>()

/** Regions on the image of the screen: fitted, scored with a map, saved. */
export function regionHandlers(workbench: Workbench): Pick<Handlers, 'regions.fit' | 'regions.save'> {
  return {
    'regions.fit': (question) => fittedRegions(workbench, question),
    async 'regions.save'({ caseId, grant, fit }) {
      const { title } = workbench.cases.require(caseId)
      const file = `${safeName(title)}.landmarks.json`
      writeWhole(join(workbench.options.resolveGrant(grant), file), `${JSON.stringify(fit, null, 2)}\n`)
      return Promise.resolve({ file })
    }
  }
}

async function fittedRegions(workbench: Workbench, question: RegionQuestion): Promise<RegionAnswer> {
  const image = await workbench.cases.volume(question.caseId)
  const set = await chosenSet(workbench, question)
  const [columns, rows, slices] = image.size
  if (question.slice >= slices) throw new Fault('usage', 'There is no such slice.')
  const order = orderOf(set, image, question)
  const all = fittedLabels(set, image, order)
  const numbers = [...new Set(all)].filter((label) => label > 0).sort((left, right) => left - right)
  const position = new Map(numbers.map((label, index) => [label, index + 1]))
  const labels = all.map((label) => position.get(label) ?? 0)
  const names = numbers.map((label) => set.set.names[String(label)] ?? set.nameOf(label) ?? `region ${label}`)
  const voxels = new Uint32Array(names.length)
  for (const label of labels) if (label > 0) voxels[label - 1]++
  const scores = scoresOfMap(workbench, question, { labels, names, image })
  return {
    caseId: question.caseId,
    mapId: question.mapId,
    title: set.set.title,
    slice: question.slice,
    columns,
    rows,
    labels: labels.slice(question.slice * rows * columns, (question.slice + 1) * rows * columns),
    regions: names.map((name, index) => {
      const score = scores[index]
      const shared = { name, voxels: voxels[index] }
      return typeof score === 'number' ? { ...shared, score } : { ...shared, score: null, reason: score }
    }),
    landmarks: firstPlaces(set, image)
  }
}

const gridLandmarks: Landmark[] = [
  { name: 'upper left', point: [19.5, 19.5, 0] },
  { name: 'upper right', point: [79.5, 19.5, 0] },
  { name: 'middle', point: [49.5, 49.5, 0] },
  { name: 'lower left', point: [19.5, 79.5, 0] },
  { name: 'lower right', point: [79.5, 79.5, 0] }
]

async function chosenSet({ options }: Workbench, { set }: RegionQuestion): Promise<LoadedSet> {
  if (set.kind === 'grid') {
    const { rows, columns } = set
    const title = `Grid, ${rows} × ${columns}`
    return loadedSet(
      v.parse(RegionSet, { version: 1, title, source: { grid: { rows, columns } }, landmarks: gridLandmarks }),
      null
    )
  }
  const path = options.resolveGrant(set.grant)
  if (!path.toLowerCase().endsWith('.json')) {
    return loadedSet(v.parse(RegionSet, { version: 1, title: 'Label image', source: { atlas: path } }), path)
  }
  const { set: read, folder } = readRegionSet(path)
  return loadedSet(read, 'atlas' in read.source ? besideSet(folder, read.source.atlas) : null)
}

function orderOf(set: LoadedSet, image: Volume, { fit, landmarks, offset }: RegionQuestion): FitOrder {
  if (fit === 'affine' || fit === 'thin-plate') {
    const placed = landmarks.length > 0 ? landmarks : firstPlaces(set, image)
    return { by: fit, landmarks: placed, offset }
  }
  if (fit === 'as-drawn') {
    const everything = new Uint8Array(image.voxels.length / image.samples).fill(1)
    return { by: 'mask', mask: everything, offset, onto: 'lattice' }
  }
  const mask = automaticBody(image)
  if (typeof mask === 'string') {
    throw new Fault('unsupported-method', `The regions cannot be laid on the body: ${mask}.`, {
      hint: 'Lay them on the image by landmarks.'
    })
  }
  return { by: 'mask', mask, offset }
}

/** The landmarks of a set where its whole lattice is stretched over the image. */
function firstPlaces({ set, size }: LoadedSet, image: Volume): Landmark[] {
  return set.landmarks.map(({ name, point }) => ({
    name,
    point: [0, 1, 2].map((axis) => ((point[axis] + 0.5) / size[axis]) * image.size[axis] - 0.5) as [
      number,
      number,
      number
    ]
  }))
}

function scoresOfMap(
  { maps }: Workbench,
  { mapId, score, caseId }: RegionQuestion,
  { labels, names, image }: { labels: Uint16Array; names: readonly string[]; image: Volume }
): (number | string)[] {
  if (mapId === null) return names.map(() => 'no map is chosen')
  const { summary, finished } = maps.require(mapId)
  if (summary.caseId !== caseId) return names.map(() => 'the map belongs to another case')
  const placed =
    placedMaps.get(finished) ?? placeMap(finished.computed, finished.prepared, image.size, scoringReduction)
  placedMaps.set(finished, placed)
  if (placed.flat) return names.map(() => 'the map is the same everywhere')
  const shape = [image.size[2], image.size[1], image.size[0]]
  return scoresOf({ values: placed.values, shape, flat: false, activations: 'normal' }, { names, labels, shape }, score)
}
