import { meansNoFinding } from '@engine/criteria/no-finding-labels'
import type { RunCase, RunModel, RunPrediction } from '@engine/criteria/experiment-run'

/** What a model says of a case for one label: the score that is ranked, the probability, and whether the label is there. */
export interface Answered {
  readonly logit: number
  /** Logit for sigmoid outputs (probabilities saturate and would tie), probability for softmax. */
  readonly score: number
  readonly probability: number | null
  readonly present: boolean
}

/** The output of a label, capitals or not; −1 where the model does not know it. */
export const outputOf = ({ labels }: Pick<RunModel, 'labels'>, label: string): number =>
  labels.findIndex((own) => own.toLowerCase() === label.toLowerCase())

/** The answer for one label, or null when the model does not know the label. */
export function answerFor(model: RunModel, item: RunCase, label: string, prediction: RunPrediction): Answered | null {
  const output = outputOf(model, label)
  if (output < 0) return null
  return answered(model, item, label, {
    logit: prediction.logits[output],
    probability: prediction.probabilities[output] ?? null
  })
}

/** The answer from the two numbers that a report keeps of it. */
export function answered(
  { activation }: Pick<RunModel, 'activation'>,
  item: Pick<RunCase, 'label'>,
  label: string,
  { logit, probability }: Pick<Answered, 'logit' | 'probability'>
): Answered {
  const score = activation === 'softmax' ? (probability ?? logit) : logit
  return { logit, score, probability, present: item.label?.toLowerCase() === label.toLowerCase() }
}

/** True when the model decides as the reference standard says; null when that cannot be told (no activation, unknown label). */
export function isCorrect(model: RunModel, item: RunCase, prediction: RunPrediction): boolean | null {
  if (prediction.probabilities.some((probability) => probability === null)) return null
  const probabilities = prediction.probabilities as readonly number[]
  const expected = item.label ?? (model.activation === 'softmax' ? noFindingOutput(model, item) : null)
  const output = expected === null ? -1 : outputOf(model, expected)
  if (expected !== null && output < 0) return null
  if (model.activation === 'softmax') {
    const best = probabilities.indexOf(Math.max(...probabilities))
    return expected === null ? null : best === output
  }
  if (item.label === null) return probabilities.every((probability) => probability < model.threshold)
  return probabilities[output] >= model.threshold
}

/** The softmax output that stands for "no finding": the case's own label, or the only one that says so; null where that is not known. */
function noFindingOutput(model: RunModel, { statedLabel }: RunCase): string | null {
  if (typeof statedLabel === 'string' && outputOf(model, statedLabel) >= 0) return statedLabel
  const negative = model.labels.filter((label) => meansNoFinding(label))
  return negative.length === 1 ? negative[0] : null
}
