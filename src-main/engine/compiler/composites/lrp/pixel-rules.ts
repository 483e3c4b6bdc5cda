import { groupsOf } from '../../formulations/window'
import { expandLike, reduceSum } from '../../operators'
import { type LayerRule, smallStabiliser } from './layer-rules'
import type { LinearMap } from './linear-map'
import { stabilised } from './stabilise'

/*
 * Rules that do not multiply by the input: for the layer that reads the pixels, where zero means nothing in particular.
 */

/** Every input of a window gets an equal share. Lapuschkin et al., Nature Communications 10:1096, 2019. */
export const flatRule: LayerRule = ({ map, relevance }) => {
  const { w, x, kernelSizes, node } = map
  const isPlain = node.opType === 'Conv' && groupsOf(node) === 1
  if (!isPlain) return spread(map, relevance, onesOf(map, kernelSizes))
  // All kernels being equal, the channels of the relevance are added first: one channel travels back instead of all.
  const inputs = kernelSizes[1]
  const small = onesOf(map, [1, 1, ...kernelSizes.slice(2)])
  const count = w.op('Mul', [map.forward(onesOf(map, [1, 1, ...w.sizesOf(x).slice(2)]), small), w.scalar(inputs, x)])
  const total = reduceSum(w, relevance, [1])
  const s = w.op('Div', [total, stabilised(w, count, { epsilon: smallStabiliser, sign: 'positive', like: x })])
  return expandLike(w, map.backward(s, small, [1, 1, ...kernelSizes.slice(2)]), x)
}

/** Shares proportional to the squared weights. Montavon et al., Pattern Recognition 65, 2017. */
export const wSquareRule: LayerRule = ({ map, relevance }) =>
  spread(map, relevance, map.w.op('Mul', [map.kernel, map.kernel]))

/** R_i = Σ_j k_ij R_j / Σ_i k_ij for a kernel k without negative weights. */
function spread(map: LinearMap, relevance: string, kernel: string): string {
  const { w, x } = map
  const [, ...sizes] = w.sizesOf(x)
  const sum = map.forward(onesOf(map, [1, ...sizes]), kernel)
  const s = w.op('Div', [relevance, stabilised(w, sum, { epsilon: smallStabiliser, sign: 'positive', like: x })])
  return map.backward(s, kernel)
}

/** Smallest and largest value an input can have, one per channel. */
export interface Box {
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/**
 * Pixels between `low` and `high`: R = x Wᵀs − low W⁺ᵀs − high W⁻ᵀs, s = R / (W x − W⁺ low − W⁻ high). Montavon et al.,
 * Pattern Recognition 65, 2017 (z^B). Biases cancel.
 */
export const boxRule =
  ({ low, high }: Box): LayerRule =>
  ({ map, relevance }) => {
    const { w, x, kernel } = map
    const positive = w.op('Relu', [kernel])
    const negative = w.op('Sub', [kernel, positive])
    const [, channels, ...spatial] = w.sizesOf(x)
    const ends = (values: readonly number[]): string => {
      const perChannel = Float32Array.from(
        { length: channels },
        (_, index) => values[Math.min(index, values.length - 1)]
      )
      const vector = w.floats(perChannel, [1, channels, ...spatial.map(() => 1)], x)
      return w.op('Expand', [vector, w.int64s([1, channels, ...spatial])])
    }
    const [lowest, highest] = [ends(low), ends(high)]
    const corner = w.op('Add', [map.forward(lowest, positive), map.forward(highest, negative)])
    const sum = w.op('Sub', [map.forward(x, kernel), corner])
    const s = w.op('Div', [relevance, stabilised(w, sum, { epsilon: smallStabiliser, sign: 'any', like: x })])
    const weighted = (by: string, through: string): string => w.op('Mul', [map.backward(s, through), by])
    return w.op('Sub', [weighted(x, kernel), w.op('Add', [weighted(lowest, positive), weighted(highest, negative)])])
  }

/** A tensor of ones; ONNX Runtime folds it. */
function onesOf({ w, x }: LinearMap, sizes: readonly number[]): string {
  const one = w.floats(
    Float32Array.of(1),
    sizes.map(() => 1),
    x
  )
  return w.op('Expand', [one, w.int64s(sizes)])
}
