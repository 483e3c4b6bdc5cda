import { answerProbability } from '@shared/number-words'
import type { Prediction } from '@shared/vocabulary'

/** "Opacity 0.93", or the logit where the card names no activation; empty for a target that is no output, or not known yet. */
export function answerText(prediction: Prediction, index: number): string {
  const logit = prediction.logits[index]
  if (logit === undefined) return ''
  const probability = prediction.probabilities[index]
  const label = prediction.labels[index] ?? `output ${index}`

  return probability === null || probability === undefined
    ? `${label}, logit ${logit.toFixed(2)}`
    : `${label} ${answerProbability(probability)}`
}
