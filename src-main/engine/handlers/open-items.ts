import * as v from 'valibot'
import { DatasetWishes } from '@shared/dataset'
import { ModelCard } from '@shared/model-card'

/** What is open, by path: enough to open it again after the engine was stopped unexpectedly. Stays on this machine. */
export const OpenItems = v.object({
  sample: v.boolean(),
  /** Paths that were opened together. */
  files: v.array(v.array(v.string())),
  /** Imported datasets, with the choices they were imported by. */
  datasets: v.optional(
    v.array(v.object({ path: v.string(), wishes: DatasetWishes, labelTable: v.nullable(v.string()) })),
    []
  ),
  /** A card that was edited but not saved beside its model would be lost otherwise. */
  models: v.array(v.object({ path: v.string(), card: v.nullable(ModelCard) })),
  masks: v.array(v.object({ caseId: v.string(), path: v.string(), reader: v.string() }))
})
export type OpenItems = v.InferOutput<typeof OpenItems>

export const nothingOpen: OpenItems = { sample: false, files: [], datasets: [], models: [], masks: [] }
