import type { GraphWriter } from '@engine/graph/writer'
import { keepWhere } from '../../operators'
import type { Bias, LinearMap } from './linear-map'
import { type Sign, stabilised } from './stabilise'

/** What a rule of a linear layer is given. */
export interface LayerTask {
  readonly map: LinearMap
  /** Relevance of the layer's output. */
  readonly relevance: string
  /** The layer's input is known never to be negative. */
  readonly isNonNegative: boolean
  /** A tensor with the layer's output where relevance is not zero, and what is known of its sign there. */
  readonly made: { readonly tensor: string; readonly sign: Sign }
  /** Notes relevance that a bias took, as `bias · s`. */
  readonly takenByBias: (bias: Bias, s: string) => void
}

/** Shares the relevance of a linear layer among its inputs; answers a tensor in the shape of the input. */
export type LayerRule = (task: LayerTask) => string

/** Stabiliser of every rule that does not have its own: zennit's. */
export const smallStabiliser = 1e-6

/** R_i = x_i Σ_j w_ij R_j / (z_j + ε sign z_j). Bach et al., PLOS ONE 2015, 10(7):e0130140. */
export const epsilonRule =
  (epsilon: number): LayerRule =>
  ({ map, relevance, made, takenByBias }) => {
    const { w } = map
    const s = w.op('Div', [relevance, stabilised(w, made.tensor, { epsilon, sign: made.sign, like: map.x })])
    if (map.bias !== null) takenByBias(map.bias, s)
    return w.op('Mul', [map.x, map.backward(s, map.kernel)])
  }

/** Whether positive biases stand in the denominator and so take relevance. */
export type BiasUse = 'with-bias' | 'without-bias'

/**
 * R_i = Σ_j z⁺_ij R_j / (Σ_i z⁺_ij + ε), with z⁺ the positive products: x⁺w⁺ + x⁻w⁻ (Montavon et al., Pattern Recognition
 * 65, 2017, for x ≥ 0; Bach et al. 2015, α = 1, β = 0).
 */
export const zPlusRule =
  (epsilon: number, biasUse: BiasUse): LayerRule =>
  (task) => {
    const bias = biasUse === 'with-bias' ? positiveBias(task.map) : null
    return shareOfProducts(task, { towards: 'positive', bias, epsilon })
  }

/** R_i = Σ_j (α z⁺_ij / Σ z⁺ − β z⁻_ij / Σ z⁻) R_j with α − β = 1. Bach et al. 2015. */
export const alphaBetaRule =
  (alpha: number, beta: number): LayerRule =>
  (task) => {
    const { map } = task
    const { w } = map
    const part = (towards: 'positive' | 'negative', factor: number): string => {
      const bias = towards === 'positive' ? positiveBias(map) : negativeBias(map)
      const scaled = factor === 1 ? task.relevance : w.op('Mul', [task.relevance, w.scalar(factor, map.x)])
      // The negative share is subtracted, and so is what its bias takes.
      const takenByBias: LayerTask['takenByBias'] = (of, s) =>
        task.takenByBias(of, towards === 'positive' ? s : w.op('Neg', [s]))
      return shareOfProducts({ ...task, relevance: scaled, takenByBias }, { towards, bias, epsilon: smallStabiliser })
    }
    const positive = part('positive', alpha)
    return beta === 0 ? positive : w.op('Sub', [positive, part('negative', beta)])
  }

/**
 * Positive weights count (1 + γ) times where the output is positive, negative ones where it is negative. Montavon et al.,
 * Layer-Wise Relevance Propagation: An Overview, 2019; for inputs of both signs Andéol et al., arXiv:2105.11878.
 */
export const gammaRule =
  (gamma: number): LayerRule =>
  (task) => {
    const { map, relevance } = task
    const { w, z } = map
    const isPositive = w.op('Greater', [z, w.scalar(0, map.x)])
    const isNegative = w.op('Less', [z, w.scalar(0, map.x)])
    const part = (towards: 'positive' | 'negative', mask: string): string => {
      const boosted = (of: string, side: 'positive' | 'negative'): string =>
        w.op('Add', [
          of,
          w.op('Mul', [side === 'positive' ? w.op('Relu', [of]) : negativePart(w, of), w.scalar(gamma, map.x)])
        ])
      const bias = map.bias === null ? null : { ...map.bias, tensor: boosted(map.bias.tensor, towards) }
      const other = towards === 'positive' ? 'negative' : 'positive'
      return sharedBy(
        { ...task, relevance: keepWhere(w, mask, relevance, map.x) },
        {
          positive: boosted(map.kernel, towards),
          negative: boosted(map.kernel, other),
          bias,
          sign: 'any',
          epsilon: smallStabiliser
        }
      )
    }
    return w.op('Add', [part('positive', isPositive), part('negative', isNegative)])
  }

interface Products {
  readonly towards: 'positive' | 'negative'
  readonly bias: Bias | null
  readonly epsilon: number
}

/** Relevance shared among the products of one sign. */
function shareOfProducts(task: LayerTask, { towards, bias, epsilon }: Products): string {
  const { w, kernel } = task.map
  const [above, below] = [w.op('Relu', [kernel]), negativePart(w, kernel)]
  const [positive, negative] = towards === 'positive' ? [above, below] : [below, above]
  return sharedBy(task, { positive, negative, bias, sign: towards, epsilon })
}

interface Kernels {
  /** Kernel that positive inputs meet, and the one that negative inputs meet. */
  readonly positive: string
  readonly negative: string
  readonly bias: Bias | null
  readonly sign: Sign
  readonly epsilon: number
}

/** R_i = x⁺ Kpᵀ s + x⁻ Knᵀ s with s = R / (Kp x⁺ + Kn x⁻ + b); the second half is left out where no input is negative. */
function sharedBy({ map, relevance, isNonNegative, takenByBias }: LayerTask, kernels: Kernels): string {
  const { w, x } = map
  const { positive, negative, bias, sign, epsilon } = kernels
  const above = isNonNegative ? x : w.op('Relu', [x])
  const below = isNonNegative ? null : w.op('Sub', [x, above])
  // The stabiliser of a sum of one sign rides on the bias: an addition less over the whole layer.
  const riding = below === null && sign === 'positive' ? withStabiliser(map, bias, epsilon) : null
  const first = map.forward(above, positive, riding ?? bias)
  const sum = below === null ? first : w.op('Add', [first, map.forward(below, negative)])
  const s = w.op('Div', [relevance, riding !== null ? sum : stabilised(w, sum, { epsilon, sign, like: x })])
  if (bias !== null) takenByBias(bias, s)
  const share = w.op('Mul', [above, map.backward(s, positive)])
  return below === null ? share : w.op('Add', [share, w.op('Mul', [below, map.backward(s, negative)])])
}

/** A bias per channel with the stabiliser added; null where the layer's bias has another form. */
function withStabiliser({ w, node, x, kernelSizes }: LinearMap, bias: Bias | null, epsilon: number): Bias | null {
  if (bias?.form === 'channels') return { ...bias, tensor: w.op('Add', [bias.tensor, w.scalar(epsilon, x)]) }
  if (bias !== null || node.opType !== 'Conv') return null
  const [outputs] = kernelSizes
  return { tensor: w.floats(new Float32Array(outputs).fill(epsilon), [outputs], x), form: 'channels' }
}

function negativePart(w: GraphWriter, tensor: string): string {
  return w.op('Sub', [tensor, w.op('Relu', [tensor])])
}

const positiveBias = ({ w, bias }: LinearMap): Bias | null =>
  bias === null ? null : { ...bias, tensor: w.op('Relu', [bias.tensor]) }

const negativeBias = ({ w, bias }: LinearMap): Bias | null =>
  bias === null ? null : { ...bias, tensor: negativePart(w, bias.tensor) }
