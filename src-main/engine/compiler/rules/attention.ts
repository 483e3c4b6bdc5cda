import { numberAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { unsupportedUse } from '../faults'
import { apart, checkAbsent, checkOnlyOutput, joined, layoutOf, sumToBias } from '../formulations/attention-layout'
import { attentionGradients, causalBias, maskBias } from '../formulations/scaled-attention'
import { slice } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** What is added to the scores. */
function biasOf(
  w: GraphWriter,
  node: GraphNode,
  between: { readonly queries: number; readonly keys: number; readonly past: number }
): string | null {
  const [query, , , mask] = node.inputs
  const isCausal = numberAttribute(node, 'is_causal', 0) !== 0
  const causal = isCausal ? causalBias(w, { ...between, like: query }) : null
  if (!mask) return causal
  if (w.sizesOf(mask).at(-1) !== between.keys) throw unsupportedUse(node, w.model, 'a mask shorter than the keys')
  const given = w.typeOf(mask) === 'bool' ? maskBias(w, mask, query) : mask
  return causal === null ? given : w.op('Add', [given, causal])
}

/** The standard operator (opset 23): grouped heads, masks, a score cap, keys and values kept from before. */
const attention: BackwardRule = (context) => {
  const { w, node, needs } = context
  const outgoing = checkOnlyOutput(context)
  checkAbsent(w, node, { 6: 'lengths of keys without their padding' })
  const [query, key, value, mask, pastKey] = node.inputs
  const heads = numberAttribute(node, 'q_num_heads', w.sizesOf(query)[1])
  const keyHeads = numberAttribute(node, 'kv_num_heads', w.sizesOf(key)[1])
  const layouts = { q: layoutOf(w, query, heads), k: layoutOf(w, key, keyHeads), v: layoutOf(w, value, keyHeads) }
  const past = pastKey ? w.sizesOf(pastKey)[2] : 0
  const [, queries, size] = layouts.q.sizes
  const keys = layouts.k.sizes[1] + past
  const found = attentionGradients(w, apart(w, outgoing, layoutOf(w, node.outputs[0], heads)), {
    query: apart(w, query, layouts.q),
    key: past ? w.requestOutput(node.index, 1) : apart(w, key, layouts.k),
    value: past ? w.requestOutput(node.index, 2) : apart(w, value, layouts.v),
    bias: biasOf(w, node, { queries, keys, past }),
    scale: numberAttribute(node, 'scale', 0) || 1 / Math.sqrt(size),
    softcap: numberAttribute(node, 'softcap', 0),
    heads,
    keyHeads,
    sizes: [keys, size, layouts.v.sizes[2]],
    like: query
  })
  const part = (tensor: string, start: number, end: number): string =>
    past ? slice(w, tensor, { axes: [2], starts: [start], ends: [end] }) : tensor
  const full = [heads, queries, keys] as const
  return [
    joined(w, found.query, layouts.q),
    joined(w, part(found.key, past, keys), layouts.k),
    joined(w, part(found.value, past, keys), layouts.v),
    needs[3] ? sumToBias(w, found.bias, { query, bias: mask, full }) : null,
    needs[4] ? part(found.key, 0, past) : null,
    needs[5] ? part(found.value, 0, past) : null
  ]
}

/** Attention as one node. */
export const attentions: RuleFamily = { Attention: attention }
