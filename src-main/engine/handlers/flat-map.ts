import { Fault } from '@engine/fault'
import type { Tensor } from '@engine/tensor/tensor'

/** True for a map with one value everywhere. */
export const isFlat = ({ data }: Tensor): boolean => data.every((value) => value === data[0])

/** What is said of a flat map: nothing to see, and why where that is known. */
export function flatSentence(expression: string, map: Tensor): string {
  const zero = map.data.every((value) => value === 0)
  return zero
    ? `${expression} map is zero everywhere: the explained output does not change with the image (its gradient is zero); it cannot be assessed.`
    : `${expression} map is the same everywhere; there is nothing to see, and it cannot be assessed.`
}

/** Refuses scores that are no numbers: a map of them would be noise. Throws Fault `inference-failed`. */
export function checkScores(scores: Tensor, model: string): void {
  const outputs = scores.shape[1]
  const wrong = scores.data.findIndex((value) => !Number.isFinite(value))
  if (wrong < 0) return
  const what = Number.isNaN(scores.data[wrong]) ? 'NaN (not a number)' : 'an infinite value'
  throw new Fault('inference-failed', `${model} answers with ${what} for output ${wrong % outputs}.`, {
    subject: model,
    hint: 'Check the value range, mean and deviation in the model card; in half precision, large values overflow.'
  })
}
