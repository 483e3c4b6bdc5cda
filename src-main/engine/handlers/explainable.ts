import type { Explainable } from '@engine/attribution/explainable'
import { describeModel, type ModelDescription } from '@engine/compiler/describe'
import type { ProbedModel } from '@engine/graph/model'
import { checkedInputShape } from '@engine/handlers/checked-input'
import { targetLayers } from '@engine/handlers/target-layers'
import { quietJob, type Job } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { Provider } from '@engine/runtime/messages'
import { AssembledModel, type Assembly, type ExplainableOptions } from '@engine/handlers/assembled-model'
import { FallbackModel } from '@engine/handlers/fallback-model'
import { selfTest } from '@engine/handlers/self-test'
import { automaticProviders, thisMachine } from '@engine/runtime/automatic-providers'
import { chooseProvider, type ProviderRecord, type Trial } from '@engine/runtime/provider-choice'

export type { ExplainableOptions } from '@engine/handlers/assembled-model'

/** An explainable model with what stands behind it; `close` frees its sessions. */
export interface ExplainableModel extends Explainable {
  readonly model: ProbedModel
  readonly description: ModelDescription
  readonly provider: ProviderRecord
  /** Rows the model is given at once. */
  readonly rows: number
  backwardEach: NonNullable<Explainable['backwardEach']>
  /** The same model with other weights by tensor name; nothing is measured again. Close it after use. Throws Fault `bad-parameter`. */
  withWeights(values: Readonly<Record<string, Float32Array>>): ExplainableModel
  close(): void
}

/**
 * Joins compiler and runtime: a measured model becomes functions that predict and go backward, on the provider that was asked for
 * when its results there are those of the CPU. Throws Fault `unsupported-model` for what is no classifier of one float image;
 * compiling happens on first use.
 */
export async function makeExplainable(
  model: ProbedModel,
  host: InferenceHost,
  options: ExplainableOptions,
  job: Job = quietJob()
): Promise<ExplainableModel> {
  const description = describeModel(model, options.output)
  const inputShape = checkedInputShape(model, description)
  const layers = targetLayers(model, description, options.layers)
  const assembly: Assembly = { model, description, host, options, inputShape, layers, used: 'cpu' }
  const candidates = new Map<Provider, AssembledModel>()
  const trial = (used: Provider): Promise<Trial> => {
    const candidate = new AssembledModel({ ...assembly, used })
    candidates.set(used, candidate)
    return selfTest(candidate, job)
  }
  const automatic = options.automatic ?? automaticProviders(thisMachine())
  try {
    const record = await chooseProvider(options.provider ?? 'auto', trial, { host, job, automatic })
    const chosen = candidates.get(record.used) ?? new AssembledModel({ ...assembly, used: record.used })
    candidates.delete(record.used)
    if (record.reason !== null) options.onProviderChange?.(`${model.origin.name}: ${record.reason}`)
    return new FallbackModel(assembly, record, chosen)
  } finally {
    for (const candidate of candidates.values()) candidate.close()
  }
}
