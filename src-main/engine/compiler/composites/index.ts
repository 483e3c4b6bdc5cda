import type { Composite } from '../rule'
import { deconvolution } from './deconvolution'
import { gradient } from './gradient'
import { guidedBackprop } from './guided-backprop'

/** Every composite by the name methods ask for. */
export const composites = {
  gradient,
  'guided-backprop': guidedBackprop,
  deconvolution
} as const satisfies Readonly<Record<string, Composite>>

export type CompositeId = keyof typeof composites
