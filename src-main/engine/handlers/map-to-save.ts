import { scoringReduction } from '@engine/attribution/reduction'
import { caseFileName } from './case-file-name'
import type { MapToWrite } from './exports/map-to-write'
import type { Workbench } from './workbench'

/** A map of the shelf with the image it lies on and the names of its files. */
export async function mapToWrite(workbench: Workbench, mapId: string): Promise<MapToWrite> {
  const { summary, finished } = workbench.maps.require(mapId)
  const model = workbench.models.require(summary.modelId)
  const entry = workbench.cases.require(summary.caseId)
  return {
    ...finished,
    image: await workbench.cases.volume(summary.caseId),
    sourcePaths: entry.paths,
    id: summary.expression,
    title: summary.title,
    caseName: caseFileName(workbench.cases, entry.caseId),
    modelName: model.fileName.replace(/\.onnx$/i, ''),
    modelTitle: model.card.name,
    reduction: scoringReduction
  }
}
