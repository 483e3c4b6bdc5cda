import type { BatchNormMode } from '../../canonizers/linear-layer'

/** Settings of a relevance composite. */
export interface RelevanceSettings {
  /** Stabiliser of the ε rule; of the z+ rule where there is no ε rule. */
  readonly epsilon: number
  readonly gamma: number
  /** Smallest and largest value of the input, per channel; read by composites with a box rule. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly batchnorm: BatchNormMode
  /** Relevance begins with the start as it is given, or with the start times the explained value. */
  readonly start: 'one' | 'logit'
}
