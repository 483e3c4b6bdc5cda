import { join } from 'node:path'
import { asFault } from '@engine/fault'
import { type Job, throwIfCancelled } from '@engine/job'
import type { ExportDone, ExportRefusal } from '@shared/exports'
import type { CaseEntry } from './case-shelf'
import type { ExportTarget } from './exports/export-format'
import type { MapToWrite } from './exports/map-to-write'
import { treeFormats, type TreeFormat, type TreeWishes } from './exports/tree-formats'
import { mapToWrite } from './map-to-save'
import type { ModelEntry } from './model-shelf'
import { majorityMask, referenceMasks } from './reference-masks'
import { safeName } from './safe-name'
import type { MapTree, TreeCase } from './trees/map-tree'
import type { Workbench } from './workbench'

export interface TreesToSave extends TreeWishes {
  readonly mapIds: readonly string[]
  /** Ids of `treeFormats`. */
  readonly as: readonly string[]
}

/** Lays maps out as the trees of other systems, one below `<folder>/<system>/<model>/`. Throws Fault `not-found`, `not-writable`, `cancelled`. */
export async function saveTrees(workbench: Workbench, order: TreesToSave, target: ExportTarget): Promise<ExportDone> {
  const files: string[] = []
  const refused: ExportRefusal[] = []
  for (const format of treeFormats.filter(({ id }) => order.as.includes(id))) {
    for (const [modelId, mapIds] of byModel(workbench, order.mapIds)) {
      const done = await saveTree(workbench, { ...order, mapIds, modelId, format }, target)
      files.push(...done.files)
      refused.push(...done.refused)
    }
  }
  return { files, refused, remarks: [] }
}

function byModel({ maps }: Workbench, mapIds: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const mapId of mapIds) {
    const { modelId } = maps.require(mapId).summary
    groups.set(modelId, [...(groups.get(modelId) ?? []), mapId])
  }
  return groups
}

interface OneTree extends TreesToSave {
  readonly modelId: string
  readonly format: TreeFormat
}

async function saveTree(workbench: Workbench, order: OneTree, target: ExportTarget): Promise<ExportDone> {
  const { format, mapIds } = order
  const model = workbench.models.require(order.modelId)
  const place = join(format.id, safeName(model.fileName.replace(/\.onnx$/i, '')))
  const tree = beginTree(workbench, { ...order, folder: join(target.folder, place) }, model)
  const files: string[] = []
  const refused: ExportRefusal[] = []
  for (const [done, mapId] of mapIds.entries()) {
    throwIfCancelled(target.job)
    target.job.progress(`Laying out the ${format.title}`, done, mapIds.length)
    const map = await mapToWrite(workbench, mapId)
    const entry = workbench.cases.require(workbench.maps.require(mapId).summary.caseId)
    const reason = format.refuses(map) ?? (await added(tree, { map, entry, model, job: target.job }, files))
    if (reason !== null) refused.push({ item: `${map.title} of ${entry.title}, ${format.title}`, reason })
  }
  if (files.length > 0) files.push(...(await tree.finish()))
  return { files: files.map((file) => join(place, file)), refused, remarks: [] }
}

/** Adds a map to a tree; the reason why not, as a sentence. */
async function added(
  tree: MapTree,
  { map, entry, model, job }: { map: MapToWrite; entry: CaseEntry; model: ModelEntry; job: Job },
  files: string[]
): Promise<string | null> {
  const item = await treeCase(entry, map, model)
  const skips = tree.skips(item)
  if (skips !== null) {
    tree.skipped(item)
    return `Left out: ${skips}.`
  }
  try {
    files.push(...(await tree.add(map, item, job)))
    return null
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'internal' || fault.code === 'not-writable') throw fault
    return fault.message
  }
}

async function treeCase(entry: CaseEntry, map: MapToWrite, model: ModelEntry): Promise<TreeCase> {
  return {
    name: map.caseName,
    split: 'test',
    label: labelNumber(entry, model),
    participant: `sub-${map.caseName.replace(/[^A-Za-z0-9]/g, '')}`,
    session: 'ses-M000',
    boxes: entry.boxes,
    mask: majorityMask(await referenceMasks(entry, map.image))?.voxels ?? null
  }
}

/** As the other systems count: for one output 0 and 1, else the number of the output; null where nothing is said. */
function labelNumber({ label, source }: CaseEntry, { card, description }: ModelEntry): number | null {
  // In the sample no label means that there is no finding; of files of one's own nothing is known.
  if (label === null) return source === 'own' ? null : 0
  if (description.output.classes === 1) return 1
  const index = card.outputs[0].labels.findIndex((name) => name.toLowerCase() === label.toLowerCase())
  return index >= 0 ? index : null
}

function beginTree(workbench: Workbench, order: OneTree & { folder: string }, model: ModelEntry): MapTree {
  const summaries = order.mapIds.map((mapId) => workbench.maps.require(mapId).summary)
  const methods = [...new Set(summaries.map(({ expression }) => expression))]
  const run = {
    folder: order.folder,
    version: workbench.options.version,
    commandLine: 'export from the window',
    severalMethods: methods.length > 1,
    options: {
      'database-name': 'open cases',
      'saliency-map-algorithm': methods.join(','),
      parameters: Object.fromEntries(summaries.map(({ expression, params }) => [expression, params])),
      'output-folder': order.format.id,
      weight: model.fileName
    }
  }
  return order.format.begin(run, model, order)
}
