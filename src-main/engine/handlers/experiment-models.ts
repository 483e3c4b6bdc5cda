import type { Explainable } from '@engine/attribution/explainable'
import type { WeightState } from '@engine/criteria/experiment-run'
import type { Job } from '@engine/job'
import { keptShare } from '@engine/runtime/memory-limit'
import type { ExplainableModel } from './explainable'
import { Kept } from '@shared/kept'
import { type ModelEntry, modelKey } from './model-shelf'
import { type CascadeStage, cascadeStages, randomisedWeights } from './randomised-weights'

/** Bytes that models with other weights may take together; each holds its weights about three times in its sessions. */
const keptBytes = keptShare(1)
const bytesPerWeight = 3 * Float32Array.BYTES_PER_ELEMENT

/** The models of an experiment with trained or re-initialised weights, compiled on first use. */
export class ExperimentModels {
  private readonly variants = new Kept<ExplainableModel>(
    keptBytes,
    (model) => model.description.parameters * bytesPerWeight,
    (model) => model.close()
  )
  private readonly stageLists = new Map<string, readonly CascadeStage[]>()

  stages(entry: ModelEntry): readonly CascadeStage[] {
    const known = this.stageLists.get(entry.modelId) ?? cascadeStages(entry.graph, entry.card)
    this.stageLists.set(entry.modelId, known)
    return known
  }

  explainable(entry: ModelEntry, weights: WeightState, job: Job): Promise<Explainable> {
    if (weights.kind === 'trained') return entry.explainable(job)
    const key = JSON.stringify([modelKey(entry), weights.stages, weights.seed, weights.initialisation])
    return this.variants.get(key, async () => {
      const chosen = this.stages(entry).filter((stage) => weights.stages.includes(stage.name))
      const model = await entry.explainable(job)
      return model.withWeights(randomisedWeights(entry.graph, chosen, weights))
    })
  }
}
