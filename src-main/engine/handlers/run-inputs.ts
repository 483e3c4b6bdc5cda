import type { ReducedMap } from '@engine/criteria/experiment-run'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import type { Tensor } from '@engine/tensor/tensor'
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

/**
 * What re-initialised weights did to the signal, read off the map itself: a layer that is zero everywhere lets no
 * gradient through, and what is not finite stays so.
 */
export function activityOf({ slices }: ComputedMap): ReducedMap['activations'] {
  const maps = slices.map(({ attribution }) => attribution.map.data)
  if (maps.some((data) => data.some((value) => !Number.isFinite(value)))) return 'exploded'
  return maps.every((data) => data.every((value) => value === 0)) ? 'vanished' : 'normal'
}

/** What the sum of a map misses of the change of the score, where the method states it. */
export function missedChange({ notes }: ComputedMap): number | undefined {
  return typeof notes.completenessDelta === 'number' ? Math.abs(notes.completenessDelta) : undefined
}
