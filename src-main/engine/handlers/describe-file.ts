import { type ModelDescription, describeModel } from '@engine/compiler/describe'
import { openModel } from '@engine/graph/open'
import type { Job } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import { cardPathOf, readCard } from './card-file'
import { measuredSize } from './model-shelf'
import { probeOnHost } from './probe-on-host'

/** What an ONNX file is, classifier or not. Throws Fault `bad-model`, `not-found`, `external-weights`, `too-large`. */
export async function describeFile(
  path: string,
  { host, threads, job }: { host: InferenceHost; threads: number; job: Job }
): Promise<ModelDescription> {
  const parsed = openModel(path)
  const card = readCard(cardPathOf(path), false)
  return describeModel(await probeOnHost(parsed, host, { inputSize: measuredSize(parsed, card), threads }, job))
}
