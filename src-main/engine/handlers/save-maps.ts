import { scoringReduction } from '@engine/attribution/reduction'
import { Fault } from '@engine/fault'
import { throwIfCancelled } from '@engine/job'
import type { ExportDone, ExportRefusal } from '@shared/exports'
import type { ExportTarget } from './exports/export-format'
import { mapFormats } from './exports/map-formats'
import type { MapToWrite } from './exports/map-to-write'
import { prepareFolder } from './output-folder'
import { writeMapFiles } from './write-map'
import type { Workbench } from './workbench'

export interface MapsToSave {
  readonly mapIds: readonly string[]
  /** Ids of `mapFormats`. */
  readonly as: readonly string[]
  /** Part of a map's scale, 0…1, above which a region counts as marked. */
  readonly threshold: number
}

/**
 * Saves computed maps into `<folder>/<case>/<model>/<target>/`, with their recipes; names are relative to the folder.
 * A format that cannot hold a map is left out for that map, and said. Throws Fault `usage`, `not-found`, `not-writable`.
 */
export async function saveMaps(
  workbench: Workbench,
  { mapIds, as, threshold }: MapsToSave,
  { folder, identity, job }: ExportTarget
): Promise<ExportDone> {
  if (mapIds.length === 0) throw new Fault('usage', 'No map was chosen to be saved.')
  prepareFolder(folder)
  const files = new Set<string>()
  const refused: ExportRefusal[] = []
  for (const [done, mapId] of mapIds.entries()) {
    throwIfCancelled(job)
    job.progress('Writing maps', done, mapIds.length)
    const map = await mapToWrite(workbench, mapId)
    const written = await writeMapFiles(map, {
      folder,
      as,
      identity,
      threshold,
      onRefused: (format, reason) =>
        refused.push({ item: `${map.title} of ${map.caseName}, ${titleOf(format)}`, reason })
    })
    for (const file of written) files.add(file)
  }
  job.progress('Writing maps', mapIds.length, mapIds.length)
  return { files: [...files], refused, remarks: [] }
}

const titleOf = (id: string): string => mapFormats.find((format) => format.id === id)?.title ?? id

/** A map of the shelf with the image it lies on and the names of its files. */
async function mapToWrite(workbench: Workbench, mapId: string): Promise<MapToWrite> {
  const { summary, finished } = workbench.maps.require(mapId)
  const model = workbench.models.require(summary.modelId)
  const entry = workbench.cases.require(summary.caseId)
  return {
    ...finished,
    image: await workbench.cases.volume(summary.caseId),
    sourcePaths: entry.paths,
    id: summary.expression,
    title: summary.title,
    caseName: entry.caseId.replace(/^.*:/, ''),
    modelName: model.fileName.replace(/\.onnx$/i, ''),
    modelTitle: model.card.name,
    reduction: scoringReduction
  }
}
