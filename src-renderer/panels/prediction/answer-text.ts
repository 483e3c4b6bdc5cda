import type { Prediction } from '@shared/vocabulary'

/** A probability as it is written: two digits, three close to 0 and 1. */
export function probabilityText(probability: number): string {
  const close = probability > 0.995 || (probability < 0.005 && probability > 0)

  return probability.toFixed(close ? 3 : 2)
}

/** "Opacity 0.93", or the logit where the card names no activation. */
export function answerText(prediction: Prediction, index: number): string {
  const probability = prediction.probabilities[index]
  const label = prediction.labels[index] ?? `output ${index}`

  return probability === null || probability === undefined
    ? `${label}, logit ${prediction.logits[index]?.toFixed(2) ?? '?'}`
    : `${label} ${probabilityText(probability)}`
}
