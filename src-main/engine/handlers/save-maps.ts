import { scoringReduction } from '@engine/attribution/reduction'
import { Fault } from '@engine/fault'
import { prepareFolder } from './output-folder'
import { writeMapFiles } from './write-map'
import type { Workbench } from './workbench'

interface SaveRequest {
  readonly mapIds: readonly string[]
  readonly folder: string
  readonly as: readonly ('npy' | 'nifti' | 'png')[]
}

/** Saves computed maps into `<folder>/<case>/<model>/<target>/`, with their recipes. Returns names relative to the folder. */
export async function saveMaps(workbench: Workbench, { mapIds, folder, as }: SaveRequest): Promise<string[]> {
  if (mapIds.length === 0) throw new Fault('usage', 'No map was chosen to be saved.')
  prepareFolder(folder)
  const files: string[] = []
  for (const mapId of mapIds) {
    const { summary, finished } = workbench.maps.require(mapId)
    const model = workbench.models.require(summary.modelId)
    const entry = workbench.cases.require(summary.caseId)
    const image = await workbench.cases.volume(summary.caseId)
    const written = await writeMapFiles(
      {
        ...finished,
        image,
        id: summary.expression,
        title: summary.title,
        caseName: entry.caseId.replace(/^.*:/, ''),
        modelName: model.fileName.replace(/\.onnx$/i, ''),
        modelTitle: model.card.name,
        reduction: scoringReduction
      },
      { folder, as }
    )
    files.push(...written)
  }
  return files
}
