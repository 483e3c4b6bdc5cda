import type { Explainable } from '@engine/attribution/explainable'
import type { TargetChoices } from '@engine/attribution/target'
import type { Job } from '@engine/job'
import { throwIfCancelled } from '@engine/job'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { stack } from '@engine/tensor/tensor'
import type { CardOutput } from '@shared/model-card'

/** What a model says of one volume: per selected slice, and joined. */
export interface VolumePrediction {
  /** Joined over slices by the card's rule: of each label the largest, or the mean, logit. */
  readonly logits: readonly number[]
  readonly probabilities: readonly (number | null)[]
  /** Index of the largest logit; 0 for one output. */
  readonly predicted: number
  readonly slices: readonly {
    readonly index: number
    readonly logits: readonly number[]
    readonly probabilities: readonly (number | null)[]
  }[]
}

/** Parts given to the model in one request, and the input values they may hold together. */
const partsPerRun = 8
const valuesPerRun = 8_000_000

/** Runs a classifier over the slices of a prepared image. */
export async function predictVolume(
  model: Explainable,
  prepared: PreparedImage,
  output: CardOutput,
  job: Job
): Promise<VolumePrediction> {
  const { indices, aggregate } = prepared.plan
  const slices: { index: number; logits: number[]; probabilities: (number | null)[] }[] = []
  const values = model.inputShape.reduce((product, extent) => product * extent, 1)
  const perRun = Math.max(1, Math.min(partsPerRun, Math.floor(valuesPerRun / values)))
  for (let start = 0; start < indices.length; start += perRun) {
    throwIfCancelled(job)
    const chunk = indices.slice(start, start + perRun)
    const scores = await model.predict(stack(chunk.map((index) => prepared.input(index))), 'logit', job)
    chunk.forEach((index, row) => {
      const logits = [...scores.data.subarray(row * model.outputs, (row + 1) * model.outputs)]
      slices.push({ index, logits, probabilities: probabilitiesOf(logits, output) })
    })
    job.progress('prediction', start + chunk.length, indices.length)
  }
  const logits = joinLogits(slices, model.outputs, aggregate)
  return { logits, probabilities: probabilitiesOf(logits, output), predicted: indexOfLargest(logits), slices }
}

/** Logits as probabilities by the card's activation; null where the card names none. */
export function probabilitiesOf(logits: readonly number[], output: Pick<CardOutput, 'activation'>): (number | null)[] {
  switch (output.activation) {
    case 'sigmoid':
      return logits.map((logit) => 1 / (1 + Math.exp(-logit)))
    case 'softmax': {
      const largest = Math.max(...logits)
      const powers = logits.map((logit) => Math.exp(logit - largest))
      const sum = powers.reduce((total, power) => total + power, 0)
      return powers.map((power) => power / sum)
    }
    case 'none':
      return logits.map(() => null)
  }
}

/** Labels of the explained outputs; numbered when the card lists too few. */
export function labelsOf(output: Pick<CardOutput, 'labels'>, outputs: number): string[] {
  return Array.from({ length: outputs }, (_, index) => output.labels[index] ?? `output ${index}`)
}

/** Logits of slices joined by the rule of the card. */
export function joinLogits(
  slices: readonly { logits: readonly number[] }[],
  outputs: number,
  aggregate: 'max' | 'mean'
): number[] {
  return Array.from({ length: outputs }, (_, index) => {
    const values = slices.map((slice) => slice.logits[index])
    return aggregate === 'max' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) / values.length
  })
}

function indexOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0)
}

/** What targets are chosen from: outputs, labels, and for a multi-label model the logit of its decision threshold. */
export function targetChoices(output: CardOutput, outputs: number): TargetChoices {
  const labels = labelsOf(output, outputs)
  if (output.activation !== 'sigmoid' || outputs < 2) return { outputs, labels }
  const threshold = Math.min(Math.max(output.threshold, 1e-9), 1 - 1e-9)
  return { outputs, labels, positiveFrom: Math.log(threshold / (1 - threshold)) }
}
