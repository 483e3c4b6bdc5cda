import { explainedScores } from '@engine/attribution/explained-scores'
import type { AttributionContext } from '@engine/attribution/method'
import { stack, type Tensor } from '@engine/tensor/tensor'

/**
 * The sum of a map against the change of the score from where its paths start to the image (mean over the starts).
 * `completenessDelta` is what the sum misses; it shrinks with more steps.
 */
export async function completeness(
  context: AttributionContext,
  starts: readonly Tensor[],
  map: Tensor
): Promise<Record<string, number>> {
  const { model, input, start, of, job } = context
  const [here, ...there] = explainedScores(await model.predict(stack([input, ...starts]), of, job), start)
  const change = here - there.reduce((total, value) => total + value, 0) / there.length
  const attributed = map.data.reduce((total, value) => total + value, 0)
  return { scoreChange: change, attributed, completenessDelta: attributed - change }
}
