import type { RunCase, RunModel, RunPrediction } from '@engine/criteria/experiment-run'

/** What a model says of a case for one label: the score that is ranked, the probability, and whether the label is there. */
export interface Answered {
  /** Logit for sigmoid outputs (probabilities saturate and would tie), probability for softmax. */
  readonly score: number
  readonly probability: number | null
  readonly present: boolean
}

/** The answer for one label, or null when the model does not know the label. */
export function answerFor(model: RunModel, item: RunCase, label: string, prediction: RunPrediction): Answered | null {
  const output = model.labels.indexOf(label)
  if (output < 0) return null
  const probability = prediction.probabilities[output] ?? null
  const score = model.activation === 'softmax' ? (probability ?? prediction.logits[output]) : prediction.logits[output]
  return { score, probability, present: item.label === label }
}

/** True when the model decides as the reference standard says; null when that cannot be told (no activation, unknown label). */
export function isCorrect(model: RunModel, item: RunCase, prediction: RunPrediction): boolean | null {
  if (prediction.probabilities.some((probability) => probability === null)) return null
  const probabilities = prediction.probabilities as readonly number[]
  if (item.label !== null && !model.labels.includes(item.label)) return null
  if (model.activation === 'softmax') {
    const best = probabilities.indexOf(Math.max(...probabilities))
    // Which of the labels stands for "no finding" is not known here.
    return item.label === null ? null : model.labels[best] === item.label
  }
  if (item.label === null) return probabilities.every((probability) => probability < model.threshold)
  return probabilities[model.labels.indexOf(item.label)] >= model.threshold
}
