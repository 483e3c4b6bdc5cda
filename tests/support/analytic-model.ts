import type { BackwardRequest, Explainable } from '@engine/attribution/explainable'
import { Fault } from '@engine/fault'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** A scalar function of an input with its gradient, written by hand. */
export interface AnalyticFunction {
  readonly inputShape: readonly number[]
  value(x: Float32Array): number
  gradient(x: Float32Array): number[]
}

/** f(x, y, z) = 5x + y² + sin z: its gradient and its path integrals are known. */
export const threeTerms: AnalyticFunction = {
  inputShape: [1, 1, 3],
  value: ([x, y, z]) => 5 * x + y * y + Math.sin(z),
  gradient: ([, y, z]) => [5, 2 * y, Math.cos(z)]
}

/** An explainable model of one output made of an analytic function; counts the inputs it was given. */
export function analyticModel(
  f: AnalyticFunction
): Explainable & { readonly seen: { rows: number; largestBatch: number } } {
  const seen = { rows: 0, largestBatch: 0 }
  const size = elementCount(f.inputShape)
  const rowsOf = (batch: Tensor): Float32Array[] => {
    seen.rows += batch.shape[0]
    seen.largestBatch = Math.max(seen.largestBatch, batch.shape[0])
    return Array.from({ length: batch.shape[0] }, (_, index) => batch.data.subarray(index * size, (index + 1) * size))
  }
  const scores = (rows: readonly Float32Array[]): Tensor => ({
    data: Float32Array.from(rows, (x) => f.value(x)),
    shape: [rows.length, 1]
  })
  return {
    seen,
    inputShape: f.inputShape,
    outputs: 1,
    black: [0],
    white: [1],
    layers: [],
    layer: (tensor) => {
      throw new Fault('bad-parameter', `A function has no layer "${tensor}".`)
    },
    biasedLayers: () => [],
    predict: (batch) => Promise.resolve(scores(rowsOf(batch))),
    predictFrom: () => Promise.reject(new Fault('bad-parameter', 'A function has no layers.')),
    backward: ({ input, start }: BackwardRequest) => {
      const rows = rowsOf(input)
      const gradient = Float32Array.from(rows.flatMap((x) => f.gradient(x).map((value) => value * start.data[0])))
      return Promise.resolve({
        scores: scores(rows),
        gradients: new Map([['input', { data: gradient, shape: input.shape }]]),
        activations: new Map()
      })
    }
  }
}
