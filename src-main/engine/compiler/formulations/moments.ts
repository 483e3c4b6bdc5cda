import type { GraphWriter } from '@engine/graph/writer'
import { reduceMean } from '../operators'

/** Mean and reciprocal deviation of the normalised axes; both keep them as size 1. */
export interface Moments {
  readonly mean: string
  readonly inverse: string
}

export function momentsOf(
  w: GraphWriter,
  tensor: string,
  axes: readonly number[],
  { like, epsilon }: { like: string; epsilon: number }
): Moments {
  const mean = reduceMean(w, tensor, axes)
  const centred = w.op('Sub', [tensor, mean])
  const variance = reduceMean(w, w.op('Mul', [centred, centred]), axes)
  const inverse = w.op('Reciprocal', [w.op('Sqrt', [w.op('Add', [variance, w.scalar(epsilon, like)])])])
  return { mean, inverse }
}

/**
 * Gradient through x̂ = (x - mean) · inverse: inverse · (g - mean(g) - x̂ · mean(g · x̂)).
 * Ioffe and Szegedy, Batch Normalization, arXiv:1502.03167, section 3, with the terms collected.
 */
export function throughNormalized(
  w: GraphWriter,
  { x, gradient, axes }: { x: string; gradient: string; axes: readonly number[] },
  { mean, inverse }: Moments
): string {
  const normalized = w.op('Mul', [w.op('Sub', [x, mean]), inverse])
  const projection = w.op('Mul', [normalized, reduceMean(w, w.op('Mul', [gradient, normalized]), axes)])
  const centred = w.op('Sub', [w.op('Sub', [gradient, reduceMean(w, gradient, axes)]), projection])
  return w.op('Mul', [centred, inverse])
}

/** Reciprocal of the root of the mean square over axes that stay as size 1. */
export function inverseRootMeanSquare(
  w: GraphWriter,
  tensor: string,
  axes: readonly number[],
  { like, epsilon }: { like: string; epsilon: number }
): string {
  const square = reduceMean(w, w.op('Mul', [tensor, tensor]), axes)
  return w.op('Reciprocal', [w.op('Sqrt', [w.op('Add', [square, w.scalar(epsilon, like)])])])
}

/**
 * Gradient through x · inverse with the reciprocal root mean square: inverse · (g - x̂ · mean(g · x̂)). Zhang and
 * Sennrich, Root Mean Square Layer Normalization, arXiv:1910.07467, section 4.
 */
export function throughRootMeanSquare(
  w: GraphWriter,
  { x, gradient, axes }: { x: string; gradient: string; axes: readonly number[] },
  inverse: string
): string {
  const normalized = w.op('Mul', [x, inverse])
  const projection = w.op('Mul', [normalized, reduceMean(w, w.op('Mul', [gradient, normalized]), axes)])
  return w.op('Mul', [w.op('Sub', [gradient, projection]), inverse])
}
