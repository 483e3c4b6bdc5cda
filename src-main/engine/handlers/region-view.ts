import { join } from 'node:path'
import type { Handlers } from '@engine/engine'
import { scoringReduction } from '@engine/attribution/reduction'
import { scoresOf } from '@engine/criteria/region-scores'
import { Fault } from '@engine/fault'
import type { Volume } from '@engine/geometry/volume'
import type { Job } from '@engine/job'
import type { Landmark } from '@shared/region-set'
import type { ChosenModel, RegionAnswer, RegionQuestion } from '@shared/region-view'
import { type BodyModel, openBodyModel, unlessStopped } from './body-models'
import { cardPathOf } from './card-file'
import { readChosenSet } from './chosen-regions'
import { stamp } from './file-stamp'
import { automaticBody } from './image-zones'
import type { FinishedMap } from './map-shelf'
import { type PlacedMap, placeMap } from './map-on-image'
import { writeWhole } from './output-folder'
import { fittedLabels, loadedSet, type FitOrder, type LoadedSet } from './region-fit'
import { saveExpected } from './region-marks'
import { labelsOnImage } from './region-sets'
import { safeName } from './safe-name'
import type { Workbench } from './workbench'

/** Maps laid on their image, as long as they are on the shelf: a dragged landmark asks for the same one many times a second. */
const placedMaps = new WeakMap<FinishedMap, PlacedMap>()

/** Regions on the image of the screen: fitted, scored with a map, saved. */
export function regionHandlers(
  workbench: Workbench
): Pick<Handlers, 'regions.fit' | 'regions.save' | 'regions.model' | 'regions.set'> {
  const path = (grant: string): string => workbench.options.resolveGrant(grant)
  const written = new Map<string, string>()
  return {
    'regions.fit': (question, job) => fittedRegions(workbench, question, job),
    async 'regions.model'({ grant }, job) {
      const { title, choices } = await bodyModel(workbench, grant, job)
      return { title, labels: [...choices] }
    },
    async 'regions.set'({ set, folder, expected }) {
      const writable = (grant: string): string => workbench.options.resolveGrant(grant, 'regions')
      const into = folder === null ? null : writable(folder)
      return Promise.resolve({ file: saveExpected(set, expected, { folder: into, path: writable, written }) })
    },
    async 'regions.save'({ caseId, grant, fit }) {
      const { title } = workbench.cases.require(caseId)
      const file = `${safeName(title)}.landmarks.json`
      writeWhole(join(path(grant), file), `${JSON.stringify(fit, null, 2)}\n`)
      return Promise.resolve({ file })
    }
  }
}

async function fittedRegions(workbench: Workbench, question: RegionQuestion, job: Job): Promise<RegionAnswer> {
  const image = await workbench.cases.volume(question.caseId)
  const read = readChosenSet(question.set, (grant) => workbench.options.resolveGrant(grant))
  const set = await loadedSet(read.set, read.atlas)
  const [columns, rows, slices] = image.size
  if (question.slice >= slices) throw new Fault('usage', 'There is no such slice.')
  const all = await laidLabels(workbench, { set, image, question, atlas: read.atlas }, job)
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
    landmarks: firstPlaces(set, image),
    expected: set.set.expected
  }
}

interface Laying {
  readonly set: LoadedSet
  readonly image: Volume
  readonly question: RegionQuestion
  readonly atlas: string | null
}

/** Region of every voxel of the image; a label image that is not fitted lies where an assessment reads it. */
async function laidLabels(
  workbench: Workbench,
  { set, image, question, atlas }: Laying,
  job: Job
): Promise<Uint16Array> {
  if (question.fit !== 'as-drawn' || atlas === null) {
    return fittedLabels(set, image, await orderOf(workbench, { set, image, question }, job))
  }
  const { voxels } = await labelsOnImage(atlas, image)
  return Uint16Array.from(voxels, (value) => (value > 0 && value < 65536 ? Math.round(value) : 0))
}

async function orderOf(
  workbench: Workbench,
  { set, image, question }: Omit<Laying, 'atlas'>,
  job: Job
): Promise<FitOrder> {
  const { fit, landmarks, offset, model } = question
  if (fit === 'affine' || fit === 'thin-plate') {
    const placed = landmarks.length > 0 ? landmarks : firstPlaces(set, image)
    return { by: fit, landmarks: placed, offset }
  }
  if (fit === 'as-drawn') {
    const everything = new Uint8Array(image.voxels.length / image.samples).fill(1)
    return { by: 'mask', mask: everything, offset, onto: 'lattice' }
  }
  if (fit === 'model' && model === null) throw new Fault('usage', 'No segmentation model is chosen.')
  const mask = fit === 'model' ? await drawnBy(workbench, { model: model!, image }, job) : automaticBody(image)
  if (typeof mask === 'string') {
    throw new Fault('unsupported-method', `The regions cannot be laid on the body: ${mask}.`, {
      hint: 'Lay them on the image by landmarks.'
    })
  }
  return { by: 'mask', mask, offset }
}

async function drawnBy(
  workbench: Workbench,
  { model: { grant, labels }, image }: { model: ChosenModel; image: Volume },
  job: Job
): Promise<Uint8Array | string> {
  const model = await bodyModel(workbench, grant, job)
  return model.mask(image, { labels, threshold: null }, job)
}

interface OpenBody {
  /** Of the model and its card: one that was written anew is opened anew. */
  readonly stamps: string
  readonly model: Promise<BodyModel>
}

/** Models that place regions by the path of their file, as long as the program runs. */
const bodyModels = new WeakMap<Workbench, Map<string, OpenBody>>()

async function bodyModel(workbench: Workbench, grant: string, job: Job): Promise<BodyModel> {
  const { host, options } = workbench
  const path = options.resolveGrant(grant)
  const stamps = [path, cardPathOf(path)].map(stamp).join(' ')
  const open = bodyModels.get(workbench) ?? new Map<string, OpenBody>()
  bodyModels.set(workbench, open)
  const known = open.get(path)
  if (known?.stamps === stamps) return unlessStopped(known.model, job, () => bodyModel(workbench, grant, job))
  known?.model.then(
    (old) => old.close(),
    () => undefined
  )
  const order = { onnx: path, card: null, labels: [], threshold: null }
  const model = openBodyModel({ order, path: (name) => name }, { host, threads: options.threads, job })
  const opening = { stamps, model }
  open.set(path, opening)
  model.catch(() => open.get(path) === opening && open.delete(path))
  return model
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
