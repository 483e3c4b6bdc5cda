import type { CamLayer } from '@engine/attribution/methods/cam'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** The planes of one channel of one input: `size` values from `offset` on. */
export interface Plane {
  readonly offset: number
  readonly size: number
}

/** Number of inputs, channels and places of `[N, K, ...grid]`. */
export function extents({ activation }: Pick<CamLayer, 'activation'>): {
  rows: number
  channels: number
  size: number
} {
  const [rows, channels, ...grid] = activation.shape
  return { rows, channels, size: elementCount(grid) }
}

/** One number for every channel of every input, row major `[N, K]`. */
export function perPlane(layer: Pick<CamLayer, 'activation'>, weigh: (plane: Plane) => number): Float64Array {
  const { rows, channels, size } = extents(layer)
  return Float64Array.from({ length: rows * channels }, (_, index) => weigh({ offset: index * size, size }))
}

/** Σ_k w_k A_k: weights `[N, K]`, activations `[N, K, ...grid]`, result `[N, 1, ...grid]`. */
export function weightedSum(layer: Pick<CamLayer, 'activation'>, weights: Float64Array): Tensor {
  const { data } = layer.activation
  return summed(layer, (position, plane) => weights[plane] * data[position])
}

/** Σ_k combine(A_k, ∂A_k) at every place: `[N, 1, ...grid]`. */
export function elementwiseSum(layer: CamLayer, combine: (value: number, gradient: number) => number): Tensor {
  const { activation, gradient } = layer
  return summed(layer, (position) => combine(activation.data[position], gradient.data[position]))
}

function summed(layer: Pick<CamLayer, 'activation'>, term: (position: number, plane: number) => number): Tensor {
  const { rows, channels, size } = extents(layer)
  const data = new Float32Array(rows * size)
  const sum = new Float64Array(size)
  for (let row = 0; row < rows; row++) {
    sum.fill(0)
    for (let plane = row * channels; plane < (row + 1) * channels; plane++) {
      for (let index = 0; index < size; index++) sum[index] += term(plane * size + index, plane)
    }
    data.set(sum, row * size)
  }
  return { data, shape: [rows, 1, ...layer.activation.shape.slice(2)] }
}
