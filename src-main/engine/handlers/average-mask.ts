import type { AverageMask, Unavailable } from '@engine/criteria/experiment-run'
import { readSourceFile } from '@engine/formats/source-file'
import { Fault } from '@engine/fault'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { gridMap } from '@engine/preprocessing/grid-map'
import { toModelGrid } from '@engine/preprocessing/resample-slice'
import { npyTensor } from './npy-tensor'
import type { ExperimentParts } from './experiment-parts'
import { majorityMask, referenceMasks } from './reference-masks'
import { gridShape, maskOnGrid } from './scoring-grid'

interface AverageRequest {
  readonly modelId: string
  readonly caseId: string
  readonly prepared: () => Promise<PreparedImage>
}

/**
 * The average reference mask that never saw the patient of a case: from a file, from a split of the experiment that is
 * not scored, or from the other patients (leave one patient out).
 * Source: the low reference of Arun et al., Radiology: AI 2021;3(6):e200267.
 */
export async function averageMaskOf(
  parts: ExperimentParts,
  request: AverageRequest
): Promise<AverageMask | Unavailable> {
  const reference = parts.experiment.references.averageMask
  if (reference !== null && 'path' in reference) return averageFromFile(parts, request, reference.path)
  const scored = parts.experiment.cases.filter((item) => reference === null || item.split === reference.split)
  const patient = parts.cases.require(request.caseId).patient
  const others = scored.filter(
    (item) => (item.patient ?? item.id) !== patient && (item.masks.length > 0 || item.boxes.length > 0)
  )
  if (others.length < 2) return { unavailable: 'fewer than two other patients have an outline to average' }
  const source = reference === null ? 'the other patients of this experiment' : `the ${reference.split} split`
  return averageOverCases(parts, request, { ids: others.map((item) => item.id), source })
}

async function averageFromFile(parts: ExperimentParts, request: AverageRequest, path: string): Promise<AverageMask> {
  const source = await readSourceFile(parts.loaded.path(path))
  const { data, shape } = npyTensor(source.bytes, source.name)
  const prepared = await request.prepared()
  const image = await parts.cases.volume(request.caseId)
  const wanted = gridShape(prepared, image, parts.experiment.grid)
  if (shape.length === 3 && shape.join() === wanted.join()) {
    return { values: Float32Array.from(data), shape: wanted, source: 'file' }
  }
  const [rows, columns] = shape
  if (shape.length !== 2) {
    throw new Fault(
      'bad-mask',
      `The average mask "${source.name}" has shape [${shape.join(', ')}]; two axes (rows, columns) or the scoring grid's ${wanted.join(' × ')} are needed.`,
      { subject: source.name }
    )
  }
  const [height, width] = wanted.slice(-2)
  const grid = gridMap({ columns, rows }, { size: [height, width], resize: 'stretch' })
  const plane = toModelGrid(data, grid, 0, 'linear')
  const slices = wanted.length > 2 ? wanted[0] : 1
  const out = new Float32Array(plane.length * slices)
  for (let slice = 0; slice < slices; slice++) out.set(plane, slice * plane.length)
  return { values: out, shape: wanted, source: 'file' }
}

async function averageOverCases(
  parts: ExperimentParts,
  request: AverageRequest,
  { ids, source }: { ids: readonly string[]; source: string }
): Promise<AverageMask | Unavailable> {
  const prepared = await request.prepared()
  const own = gridShape(prepared, await parts.cases.volume(request.caseId), parts.experiment.grid)
  let sum: Float32Array | null = null
  let count = 0
  let unread = 0
  for (const id of ids) {
    const placed = await outlineOf(parts, id, prepared)
    if (placed === 'unread') unread++
    if (placed === 'unread' || placed?.shape.join() !== own.join()) continue
    sum ??= new Float32Array(placed.values.length)
    for (let i = 0; i < sum.length; i++) sum[i] += placed.values[i] !== 0 ? 1 : 0
    count++
  }
  if (sum === null || count < 2) {
    const why = unread > 0 ? `${unread} of them cannot be read` : 'their images have other sizes'
    return { unavailable: `fewer than two outlines of other patients can be averaged: ${why}` }
  }
  const total = count
  const without = unread === 0 ? '' : `, without ${unread} whose outline cannot be read`
  return { values: sum.map((value) => value / total), shape: own, source: `${source}${without}` }
}

/** The outline of another case on the scoring grid; null where nobody drew one. One broken file must not take the reference away from all others: its own case says what is wrong. */
async function outlineOf(
  parts: ExperimentParts,
  id: string,
  prepared: PreparedImage
): Promise<ReturnType<typeof maskOnGrid> | 'unread' | null> {
  try {
    const image = await parts.cases.volume(id)
    const mask = majorityMask(await referenceMasks(parts.cases.require(id), image))
    return mask === null ? null : maskOnGrid(mask.voxels, prepared, image, parts.experiment.grid)
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code !== 'cancelled') return 'unread'
    throw thrown
  }
}
