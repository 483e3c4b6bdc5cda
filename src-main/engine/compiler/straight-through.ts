import type { ProbedModel } from '@engine/graph/model'
import { isQuantising } from '@engine/graph/path'

/** What a quantised model's gradient rests on, for `inspect` and the recipe. */
export function straightThroughRemarks(model: ProbedModel): string[] {
  const count = model.nodes.filter(isQuantising).length
  if (count === 0) return []
  return [
    `The model is quantised: gradients pass its ${count} rounding ${count === 1 ? 'step' : 'steps'} as if ${count === 1 ? 'it' : 'they'} did not round (straight-through), and are zero where a value was clipped.`
  ]
}
