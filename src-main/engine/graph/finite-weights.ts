import { Fault } from '@engine/fault'
import { floatsOf } from './constant'
import type { GraphModel } from './model'
import { weightedLayers } from './weights'

/**
 * Refuses a model with a weight that is no number: every score would be one too. Constants that are no weights, such as
 * the minus infinity of an attention mask, may hold what they like.
 * Throws Fault `bad-model` naming the weight.
 */
export function checkFiniteWeights(model: GraphModel): void {
  for (const layer of weightedLayers(model)) {
    for (const { name } of layer.weights) {
      const constant = model.constants.get(name)
      const wrong = constant === undefined ? undefined : floatsOf(constant).find((value) => !Number.isFinite(value))
      if (wrong === undefined) continue
      const what = Number.isNaN(wrong) ? 'NaN (not a number)' : 'an infinite value'
      throw new Fault(
        'bad-model',
        `The weight "${name}" of ${model.origin.name} (layer "${layer.name}") holds ${what}, so the model cannot answer.`,
        { subject: name, hint: 'The training diverged or the file is damaged; export an earlier checkpoint.' }
      )
    }
  }
}
