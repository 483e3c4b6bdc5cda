import { throwIfCancelled, type Job } from '@engine/job'
import { stack, type Tensor } from '@engine/tensor/tensor'
import type { ModelEntry } from './model-shelf'

const rowsPerRun = 16

/** Logits of raw inputs, each `[1, C, ...spatial]`, in their order. */
export async function predictRows(entry: ModelEntry, inputs: readonly Tensor[], job: Job): Promise<number[][]> {
  const model = await entry.explainable(job)
  const found: number[][] = []
  for (let start = 0; start < inputs.length; start += rowsPerRun) {
    throwIfCancelled(job)
    const chunk = inputs.slice(start, start + rowsPerRun)
    const { data } = await model.predict(stack(chunk), 'logit', job)
    chunk.forEach((_, index) => found.push([...data.subarray(index * model.outputs, (index + 1) * model.outputs)]))
  }
  return found
}
