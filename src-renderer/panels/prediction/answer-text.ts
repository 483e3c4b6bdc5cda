import { answerProbability } from '@shared/number-words'
import type { Prediction } from '@shared/vocabulary'

/** "Opacity 0.93", or the logit where the card names no activation. */
export function answerText(prediction: Prediction, index: number): string {
  const probability = prediction.probabilities[index]
  const label = prediction.labels[index] ?? `output ${index}`

  return probability === null || probability === undefined
    ? `${label}, logit ${prediction.logits[index]?.toFixed(2) ?? '?'}`
    : `${label} ${answerProbability(probability)}`
}
