import { numberAttribute, numbersAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { unsupportedUse } from '../faults'
import {
  apart,
  checkAbsent,
  checkOnlyOutput,
  joined,
  type Layout,
  layoutOf,
  sumToBias
} from '../formulations/attention-layout'
import { attentionGradients, causalBias } from '../formulations/scaled-attention'
import { slice } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** The bias of a fused projection is one vector for queries, keys and values. */
function withBias(
  w: GraphWriter,
  tensor: string,
  { bias, start, width }: { bias: string | undefined; start: number; width: number }
): string {
  if (!bias) return tensor
  return w.op('Add', [tensor, slice(w, bias, { axes: [0], starts: [start], ends: [start + width] })])
}

/** What is added to the scores `[queries, keys]`: a bias given as an input, and a triangle that hides later keys. */
function scoreBiasOf(
  w: GraphWriter,
  node: GraphNode,
  { given, between }: { given: string | undefined; between: readonly [number, number] }
): string | null {
  const [queries, keys] = between
  if (numberAttribute(node, 'unidirectional', 0) && queries !== keys)
    throw unsupportedUse(node, w.model, 'a causal mask between different numbers of queries and keys')
  const causal = numberAttribute(node, 'unidirectional', 0)
    ? causalBias(w, { queries, keys, past: 0, like: node.inputs[0] })
    : null
  if (!given) return causal
  return causal === null ? given : w.op('Add', [given, causal])
}

/** MultiHeadAttention: projections were made before it, their biases may be left to it. */
const multiHeadAttention: BackwardRule = (context) => {
  const { w, node, needs } = context
  const outgoing = checkOnlyOutput(context)
  checkAbsent(w, node, { 4: 'a key padding mask', 6: 'keys kept from before', 7: 'values kept from before' })
  const [query, key, value, bias, , given] = node.inputs
  if (!key || !value || w.shapeOf(query).length !== 3)
    throw unsupportedUse(node, w.model, 'packed queries, keys and values')
  if (needs[3]) throw unsupportedUse(node, w.model, `its bias "${bias}" depends on the image`)
  const heads = numberAttribute(node, 'num_heads', 1)
  const layouts = { q: layoutOf(w, query, heads), k: layoutOf(w, key, heads), v: layoutOf(w, value, heads) }
  const [, queries, size] = layouts.q.sizes
  const [, keys, valueSize] = layouts.v.sizes
  const width = heads * size
  const found = attentionGradients(w, apart(w, outgoing, layoutOf(w, node.outputs[0], heads)), {
    query: apart(w, withBias(w, query, { bias, start: 0, width }), layouts.q),
    key: apart(w, layouts.k.isApart ? key : withBias(w, key, { bias, start: width, width }), layouts.k),
    value: apart(
      w,
      layouts.v.isApart ? value : withBias(w, value, { bias, start: 2 * width, width: heads * valueSize }),
      layouts.v
    ),
    bias: scoreBiasOf(w, node, { given, between: [queries, keys] }),
    scale: numberAttribute(node, 'scale', 0) || 1 / Math.sqrt(size),
    softcap: 0,
    heads,
    keyHeads: heads,
    sizes: [keys, size, valueSize],
    like: query
  })
  const full = [heads, queries, keys] as const
  return [
    joined(w, found.query, layouts.q),
    joined(w, found.key, layouts.k),
    joined(w, found.value, layouts.v),
    null,
    null,
    needs[5] ? sumToBias(w, found.bias, { query, bias: given, full }) : null
  ]
}

/** Widths of queries, keys and values in a joint projection. */
function projectedWidths(w: GraphWriter, node: GraphNode): readonly number[] {
  const third = w.sizesOf(node.inputs[1])[1] / 3
  return numbersAttribute(node, 'qkv_hidden_sizes') ?? [third, third, third]
}

/** Attention with the joint projection of queries, keys and values inside: x W + b, then cut in three. */
const projectedAttention: BackwardRule = (context) => {
  const { w, node, needs } = context
  const outgoing = checkOnlyOutput(context)
  checkAbsent(w, node, { 3: 'a mask', 4: 'keys kept from before' })
  const [input, weights, bias, , , given] = node.inputs
  const heads = numberAttribute(node, 'num_heads', 1)
  const widths = projectedWidths(w, node)
  const length = w.sizesOf(input)[1]
  const product = w.op('MatMul', [input, weights])
  const projected = bias ? w.op('Add', [product, bias]) : product
  const starts = [0, widths[0], widths[0] + widths[1]]
  const layouts = widths.map((width): Layout => ({ isApart: false, sizes: [heads, length, width / heads] }))
  const [query, key, value] = widths.map((width, index) => {
    const cut = slice(w, projected, { axes: [2], starts: [starts[index]], ends: [starts[index] + width] })
    return apart(w, cut, layouts[index])
  })
  const size = widths[0] / heads
  const found = attentionGradients(w, apart(w, outgoing, layouts[2]), {
    query,
    key,
    value,
    bias: scoreBiasOf(w, node, { given, between: [length, length] }),
    scale: numberAttribute(node, 'scale', 0) || 1 / Math.sqrt(size),
    softcap: 0,
    heads,
    keyHeads: heads,
    sizes: [length, widths[1] / heads, widths[2] / heads],
    like: input
  })
  const parts = [found.query, found.key, found.value].map((part, index) => joined(w, part, layouts[index]))
  const back = w.op('Transpose', [weights], { perm: [1, 0] })
  const full = [heads, length, length] as const
  if (needs[1] || needs[2]) throw unsupportedUse(node, w.model, 'its projection depends on the image')
  return [
    w.op('MatMul', [w.op('Concat', parts, { axis: 2 }), back]),
    null,
    null,
    null,
    null,
    needs[5] ? sumToBias(w, found.bias, { query: input, bias: given, full }) : null
  ]
}

/** Attention as ONNX Runtime's optimisers fuse it. */
export const fusedAttentions: RuleFamily = { MultiHeadAttention: multiHeadAttention, Attention: projectedAttention }
