import type { GraphWriter } from '@engine/graph/writer'
import { keepWhere, reduceSum, unsqueeze } from '../operators'

/** A scaled dot product attention with its heads apart: queries, keys and values `[N, heads, length, size]`. */
export interface AttentionCase {
  readonly query: string
  readonly key: string
  readonly value: string
  /** Added to the scores `[N, heads, queries, keys]`, broadcast; null where nothing is. */
  readonly bias: string | null
  readonly scale: number
  /** Scores are squeezed to ± this by a tanh; 0: they are not. */
  readonly softcap: number
  /** Heads of queries and of keys: several of the former may share one of the latter. */
  readonly heads: number
  readonly keyHeads: number
  /** `[keys, key size, value size]`. */
  readonly sizes: readonly [number, number, number]
  /** Tensor of the model with the element type. */
  readonly like: string
}

/** Gradients with the heads apart. */
export interface AttentionGradients {
  readonly query: string
  readonly key: string
  readonly value: string
  /** Of the bias, `[N, heads, queries, keys]`. */
  readonly bias: string
}

/**
 * Gradient of softmax(scale · Q Kᵀ + bias) V. Vaswani et al., Attention Is All You Need, arXiv:1706.03762, section
 * 3.2.1. The weights are computed again: the node does not state them.
 */
export function attentionGradients(w: GraphWriter, gradient: string, attention: AttentionCase): AttentionGradients {
  const { query, scale, softcap, heads, keyHeads, sizes, like } = attention
  const [keys, keySize, valueSize] = sizes
  const group = heads / keyHeads
  const key = shareHeads(w, attention.key, { group, shape: [heads, keys, keySize] })
  const value = shareHeads(w, attention.value, { group, shape: [heads, keys, valueSize] })
  const scores = w.op('Mul', [w.op('MatMul', [query, turned(w, key)]), w.scalar(scale, like)])
  const squeezed = softcap === 0 ? null : w.op('Tanh', [w.op('Mul', [scores, w.scalar(1 / softcap, like)])])
  const capped = squeezed === null ? scores : w.op('Mul', [squeezed, w.scalar(softcap, like)])
  const biased = attention.bias === null ? capped : w.op('Add', [capped, attention.bias])
  const weights = w.op('Softmax', [biased], { axis: 3 })
  const toWeights = w.op('MatMul', [gradient, turned(w, value)])
  const weighted = w.op('Mul', [toWeights, weights])
  const toBiased = w.op('Sub', [weighted, w.op('Mul', [weights, reduceSum(w, weighted, [3])])])
  const bend = (tanh: string): string => w.op('Sub', [w.scalar(1, like), w.op('Mul', [tanh, tanh])])
  const toScores = squeezed === null ? toBiased : w.op('Mul', [toBiased, bend(squeezed)])
  const toProduct = w.op('Mul', [toScores, w.scalar(scale, like)])
  const joined = (tensor: string, size: number): string =>
    joinShared(w, tensor, { group, shape: [keyHeads, keys, size] })
  return {
    query: w.op('MatMul', [toProduct, key]),
    key: joined(w.op('MatMul', [turned(w, toProduct), query]), keySize),
    value: joined(w.op('MatMul', [turned(w, weights), gradient]), valueSize),
    bias: toBiased
  }
}

function turned(w: GraphWriter, tensor: string): string {
  return w.op('Transpose', [tensor], { perm: [0, 1, 3, 2] })
}

interface Sharing {
  readonly group: number
  /** Sizes behind the batch. */
  readonly shape: readonly [number, number, number]
}

/** Every head of keys or values once for each of the query heads that share it, which follow each other. */
function shareHeads(w: GraphWriter, tensor: string, { group, shape }: Sharing): string {
  if (group === 1) return tensor
  const copies = w.op('Expand', [unsqueeze(w, tensor, [2]), w.int64s([1, 1, group, 1, 1])])
  return w.op('Reshape', [copies, w.int64s([0, ...shape])])
}

function joinShared(w: GraphWriter, tensor: string, { group, shape }: Sharing): string {
  if (group === 1) return tensor
  const [heads, ...rest] = shape
  const apart = w.op('Reshape', [tensor, w.int64s([0, heads, group, ...rest])])
  return w.op('Reshape', [reduceSum(w, apart, [2]), w.int64s([0, ...shape])])
}

/** Lower than any score, yet finite: a row without any allowed key stays a number. */
function lowest(w: GraphWriter, like: string): number {
  return w.typeOf(like) === 'float16' ? -65504 : -3.4e38
}

/** 0 up to the query's own place, which is `past` keys on, and the lowest number behind it: `[queries, keys]`. */
export function causalBias(
  w: GraphWriter,
  { queries, keys, past, like }: { queries: number; keys: number; past: number; like: string }
): string {
  const values = Float32Array.from({ length: queries * keys }, (_, index) => {
    const [row, column] = [Math.floor(index / keys), index % keys]
    return column > row + past ? lowest(w, like) : 0
  })
  return w.floats(values, [queries, keys], like)
}

/** A mask that is true where a key may be seen, as numbers to be added. */
export function maskBias(w: GraphWriter, mask: string, like: string): string {
  const hidden = w.op('Not', [mask])
  return keepWhere(w, hidden, w.scalar(lowest(w, like), like), like)
}
