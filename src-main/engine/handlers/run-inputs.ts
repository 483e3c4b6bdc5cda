import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { stack, type Tensor } from '@engine/tensor/tensor'
import type { ComputedMap } from './compute-map'
import type { RunnableMethod } from './experiment-parts'

export type OursMethod = RunnableMethod & { kind: 'expression' }

/** True for the null references: they never look at the model, so its weights change nothing. */
export function isBlind({ expression }: OursMethod): boolean {
  return expression.base.needs.includes('nothing') && expression.wrappers.length === 0
}

/** The same prepared image whose inputs are made once. */
export function keepInputs(image: PreparedImage): PreparedImage {
  const inputs = new Map<number, Tensor>()
  return {
    ...image,
    input(index) {
      const input = inputs.get(index) ?? image.input(index)
      inputs.set(index, input)
      return input
    }
  }
}

/** All inputs of an image in one: slices are a batch; patches and boxes lie in one picture or volume. */
export function wholeInput(image: PreparedImage): Tensor {
  const inputs = image.plan.indices.map((index) => image.input(index))
  return image.part === 'slice' ? stack(inputs) : image.join(inputs)
}

/** A map with a number that is not finite: it cannot be scored. */
export const isFiniteMap = ({ slices }: ComputedMap): boolean =>
  slices.every(({ attribution }) => attribution.map.data.every((value) => Number.isFinite(value)))

/** What the sum of a map misses of the change of the score, where the method states it. */
export function missedChange({ notes }: ComputedMap): number | undefined {
  return typeof notes.completenessDelta === 'number' ? Math.abs(notes.completenessDelta) : undefined
}
