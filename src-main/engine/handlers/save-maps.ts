import { Fault } from '@engine/fault'
import { throwIfCancelled } from '@engine/job'
import type { ExportDone, ExportRefusal } from '@shared/exports'
import type { ExportTarget } from './exports/export-format'
import { mapFormats } from './exports/map-formats'
import { treeFormats } from './exports/tree-formats'
import { mapToWrite } from './map-to-save'
import { prepareFolder } from './output-folder'
import { writeMapFiles } from './write-map'
import { saveTrees } from './save-trees'
import type { Workbench } from './workbench'

export interface MapsToSave {
  readonly mapIds: readonly string[]
  /** Ids of `mapFormats` and `treeFormats`. */
  readonly as: readonly string[]
  /** Part of a map's scale, 0…1, above which a region counts as marked. */
  readonly threshold: number
  /** Trees of models with one output leave samples without the finding out. */
  readonly positiveOnly: boolean
}

/**
 * Saves computed maps into `<folder>/<case>/<model>/<target>/`, with their recipes; names are relative to the folder.
 * A format that cannot hold a map is left out for that map, and said. Throws Fault `usage`, `not-found`, `not-writable`.
 */
export async function saveMaps(
  workbench: Workbench,
  { mapIds, as, threshold, positiveOnly }: MapsToSave,
  target: ExportTarget
): Promise<ExportDone> {
  if (mapIds.length === 0) throw new Fault('usage', 'No map was chosen to be saved.')
  const { folder, identity, job } = target
  prepareFolder(folder)
  const trees = as.filter((id) => treeFormats.some((tree) => tree.id === id))
  const single = as.filter((id) => !trees.includes(id))
  const files = new Set<string>()
  const refused: ExportRefusal[] = []
  for (const [done, mapId] of (single.length > 0 ? mapIds : []).entries()) {
    throwIfCancelled(job)
    job.progress('Writing maps', done, mapIds.length)
    const map = await mapToWrite(workbench, mapId)
    const written = await writeMapFiles(map, {
      folder,
      as: single,
      identity,
      threshold,
      onRefused: (format, reason) =>
        refused.push({ item: `${map.title} of ${map.caseName}, ${titleOf(format)}`, reason })
    })
    for (const file of written) files.add(file)
  }
  job.progress('Writing maps', mapIds.length, mapIds.length)
  const laid = await saveTrees(workbench, { mapIds, as: trees, positiveOnly }, target)
  return { files: [...files, ...laid.files], refused: [...refused, ...laid.refused], remarks: [] }
}

const titleOf = (id: string): string => mapFormats.find((format) => format.id === id)?.title ?? id
