import { type ModelDescription, describeModel } from '@engine/compiler/describe'
import { openModel } from '@engine/graph/open'
import type { Job } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import { cardPathOf, readCard } from './card-file'
import { type InputWishes, planInputs } from './model-inputs'
import { probeOnHost } from './probe-on-host'

/** What an ONNX file is, classifier or not. Throws Fault `bad-model`, `not-found`, `external-weights`, `too-large`. */
export async function describeFile(
  path: string,
  { host, threads, job }: { host: InferenceHost; threads: number; job: Job },
  wishes: InputWishes = {}
): Promise<ModelDescription> {
  const parsed = openModel(path)
  const card = wishes.card ?? readCard(cardPathOf(path), false)
  const inputs = await planInputs(parsed, { card, name: wishes.name })
  return describeModel(await probeOnHost(parsed, host, { inputs, threads }, job), card?.outputs[0].name)
}
