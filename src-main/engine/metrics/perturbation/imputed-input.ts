import { withReplaced, type ImputationNoise, type Replacement } from '@engine/metrics/perturbation/perturbed-input'
import { scoringWork } from '@engine/metrics/scoring-work'
import type { Tensor } from '@engine/tensor/tensor'

/** What is replaced of an image. */
export interface Replaced {
  readonly input: Tensor
  readonly removed: Uint8Array
  readonly replacement: Replacement
  readonly noise?: ImputationNoise | null
}

/** `withReplaced` in any thread. */
export const replacedInput = scoringWork('replaced input', ({ input, removed, replacement, noise = null }: Replaced) =>
  withReplaced(input, removed, replacement, noise)
)
