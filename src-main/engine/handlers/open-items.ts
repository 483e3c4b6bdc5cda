import * as v from 'valibot'
import { ModelCard } from '@shared/model-card'

/** What is open, by path: enough to open it again after the engine was stopped unexpectedly. Stays on this machine. */
export const OpenItems = v.object({
  sample: v.boolean(),
  /** Paths that were opened together. */
  files: v.array(v.array(v.string())),
  /** A card that was edited but not saved beside its model would be lost otherwise. */
  models: v.array(v.object({ path: v.string(), card: v.nullable(ModelCard) })),
  masks: v.array(v.object({ caseId: v.string(), path: v.string(), reader: v.string() }))
})
export type OpenItems = v.InferOutput<typeof OpenItems>

export const nothingOpen: OpenItems = { sample: false, files: [], models: [], masks: [] }
