import type { Explainable } from '@engine/attribution/explainable'
import type { RunPrediction, Unavailable } from '@engine/criteria/experiment-run'
import type { Job } from '@engine/job'
import { throwIfCancelled } from '@engine/job'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { stack, tensor, type Tensor } from '@engine/tensor/tensor'
import type { CardOutput } from '@shared/model-card'
import { joinLogits, probabilitiesOf } from './predict'

/** Input values given to the model in one request. */
const valuesPerRun = 8_000_000

type Answer = Omit<RunPrediction, 'target'>

/**
 * Answers to changed inputs of one image, in their order: every input is all slices of the image `[slices, C, H, W]`, or one volume `[1, C, D, H, W]`.
 * Models of patches and boxes see overlapping parts, which cannot be changed one by one.
 */
export async function predictPerturbed(
  model: Explainable,
  inputs: readonly Tensor[],
  { prepared, output }: { prepared: PreparedImage; output: CardOutput },
  job: Job
): Promise<readonly Answer[] | Unavailable> {
  if (prepared.part === 'patch' || prepared.part === 'box')
    return { unavailable: 'the model sees overlapping parts of the image, whose pixels cannot be replaced one by one' }
  const rows = inputs.flatMap(rowsOf)
  const each = model.inputShape.reduce((product, extent) => product * extent, 1)
  const perRun = Math.max(1, Math.min(16, Math.floor(valuesPerRun / each)))
  const logits: number[][] = []
  for (let start = 0; start < rows.length; start += perRun) {
    throwIfCancelled(job)
    const chunk = rows.slice(start, start + perRun)
    const scores = await model.predict(stack(chunk), 'logit', job)
    chunk.forEach((_, row) => logits.push([...scores.data.subarray(row * model.outputs, (row + 1) * model.outputs)]))
  }
  const slices = rows.length / inputs.length
  return inputs.map((_, index) => {
    const own = logits.slice(index * slices, (index + 1) * slices).map((list) => ({ logits: list }))
    const joined = joinLogits(own, model.outputs, prepared.plan.aggregate)
    return { logits: joined, probabilities: probabilitiesOf(joined, output) }
  })
}

/** The rows of a batch as batches of one. */
function rowsOf({ data, shape }: Tensor): Tensor[] {
  const [rows, ...rest] = shape
  const length = data.length / rows
  return Array.from({ length: rows }, (_, row) => tensor(data.subarray(row * length, (row + 1) * length), [1, ...rest]))
}
