import type { NewAttribute, NewConstant } from '@engine/graph/encode'
import { node } from '../../../support/tiny-graphs'
import { type CaseInput, float, makes, type RuleCase, weight } from './rule-case'

type Attributes = Readonly<Record<string, NewAttribute>>

interface Attending {
  readonly title: string
  readonly inputs: Readonly<Record<string, CaseInput['dims']>>
  /** Names of inputs and constants in the operator's order; q, k, v unless stated. */
  readonly order?: readonly string[]
  readonly constants?: readonly NewConstant[]
  readonly attributes?: Attributes
  readonly opsets?: readonly number[]
  readonly before?: RuleCase['nodes']
}

function attending(
  op: string,
  { title, inputs, order, constants = [], attributes = {}, opsets, before = [] }: Attending
): RuleCase {
  return {
    op,
    title,
    opsets: opsets ?? (op === 'Attention' ? [23, 24] : [12, 17]),
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, dims]) => [name, { dims }])),
    constants,
    nodes: [...before, makes(op, order ?? Object.keys(inputs), attributes)]
  }
}

const apart = { q: ['N', 2, 3, 4], k: ['N', 2, 5, 4], v: ['N', 2, 5, 3] } as const
const same = { q: ['N', 2, 3, 2], k: ['N', 2, 3, 2], v: ['N', 2, 3, 2] } as const
const joined = { q: ['N', 3, 4], k: ['N', 5, 4], v: ['N', 5, 6] } as const
const grouped = { q: ['N', 4, 2, 2], k: ['N', 2, 3, 2], v: ['N', 2, 3, 2] } as const
const mask: NewConstant = {
  name: 'm',
  dims: [3, 5],
  elementType: 'bool',
  values: Uint8Array.of(1, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1)
}
const withMask = ['q', 'k', 'v', 'm']

const standard: readonly Attending[] = [
  { title: 'heads apart', inputs: apart },
  { title: 'heads joined', inputs: joined, attributes: { q_num_heads: 2, kv_num_heads: 2 } },
  { title: 'grouped heads', inputs: grouped },
  {
    title: 'grouped heads, joined',
    inputs: { q: ['N', 2, 8], k: ['N', 3, 4], v: ['N', 3, 4] },
    attributes: { q_num_heads: 4, kv_num_heads: 2 }
  },
  { title: 'stated scale', inputs: apart, attributes: { scale: float(0.3) } },
  { title: 'causal', inputs: same, attributes: { is_causal: 1 } },
  { title: 'causal, more keys than queries', inputs: apart, attributes: { is_causal: 1 } },
  { title: 'causal, fewer keys than queries', inputs: { ...apart, q: ['N', 2, 7, 4] }, attributes: { is_causal: 1 } },
  { title: 'boolean mask', inputs: apart, constants: [mask], order: withMask },
  { title: 'added mask', inputs: apart, constants: [weight('m', [2, 3, 5])], order: withMask },
  { title: 'added mask from the image', inputs: { ...apart, m: [3, 5] } },
  { title: 'mask for each row of the batch', inputs: { ...apart, m: ['N', 1, 3, 5] } },
  { title: 'capped scores', inputs: apart, attributes: { softcap: float(1.5) } },
  {
    title: 'capped scores and a mask',
    inputs: apart,
    constants: [weight('m', [3, 5])],
    order: withMask,
    attributes: { softcap: float(1.5) },
    opsets: [24]
  }
]

/** Keys and values kept from before are put in front of the new ones. */
const kept = (title: string, attributes: Attributes): RuleCase => ({
  op: 'Attention',
  title,
  opsets: [23, 24],
  inputs: Object.fromEntries(
    Object.entries({ ...same, pk: ['N', 2, 2, 2] as const, pv: ['N', 2, 2, 2] as const }).map(([name, dims]) => [
      name,
      { dims }
    ])
  ),
  nodes: [
    { ...makes('Attention', ['q', 'k', 'v', '', 'pk', 'pv'], attributes), outputs: ['y', 'present_k', 'present_v'] }
  ]
})

const multiHead: readonly Attending[] = [
  { title: 'plain', inputs: joined, attributes: { num_heads: 2 } },
  { title: 'stated scale', inputs: joined, attributes: { num_heads: 2, scale: float(0.4) } },
  {
    title: 'biases of the projections',
    inputs: joined,
    constants: [weight('b', [14])],
    order: ['q', 'k', 'v', 'b'],
    attributes: { num_heads: 2 }
  },
  {
    title: 'bias of the scores',
    inputs: { ...joined, s: ['N', 2, 3, 5] },
    order: ['q', 'k', 'v', '', '', 's'],
    attributes: { num_heads: 2 }
  },
  {
    title: 'one bias of the scores for the batch',
    inputs: { ...joined, s: [1, 2, 3, 5] },
    order: ['q', 'k', 'v', '', '', 's'],
    attributes: { num_heads: 2 }
  },
  {
    title: 'keys and values with heads apart',
    inputs: { q: ['N', 3, 4], k: ['N', 2, 5, 2], v: ['N', 2, 5, 2] },
    attributes: { num_heads: 2 }
  },
  {
    title: 'causal',
    inputs: { q: ['N', 3, 4], k: ['N', 3, 4], v: ['N', 3, 4] },
    attributes: { num_heads: 2, unidirectional: 1 }
  }
]

const projected: readonly Attending[] = [
  {
    title: 'plain',
    inputs: { x: ['N', 3, 4] },
    constants: [weight('w', [4, 12]), weight('b', [12])],
    order: ['x', 'w', 'b'],
    attributes: { num_heads: 2 }
  },
  {
    title: 'causal, stated scale',
    inputs: { x: ['N', 3, 4] },
    constants: [weight('w', [4, 12]), weight('b', [12])],
    order: ['x', 'w', 'b'],
    attributes: { num_heads: 2, unidirectional: 1, scale: float(0.4) }
  },
  {
    title: 'widths of their own',
    inputs: { x: ['N', 3, 4] },
    constants: [weight('w', [4, 14]), weight('b', [14])],
    order: ['x', 'w', 'b'],
    attributes: { num_heads: 2, qkv_hidden_sizes: [4, 4, 6] }
  },
  {
    title: 'bias of the scores',
    inputs: { x: ['N', 3, 4], s: ['N', 2, 3, 3] },
    constants: [weight('w', [4, 12]), weight('b', [12])],
    order: ['x', 'w', 'b', '', '', 's'],
    attributes: { num_heads: 2 }
  }
]

/** A layer as an optimiser leaves it: the same tensor is query, key and value. */
const selfAttention: RuleCase = {
  op: 'com.microsoft::MultiHeadAttention',
  title: 'of a tensor with itself',
  opsets: [17],
  inputs: { x: { dims: ['N', 3, 4] } },
  nodes: [
    { ...node('Tanh', ['x'], 't'), name: 'before' },
    makes('com.microsoft::MultiHeadAttention', ['t', 't', 'x'], { num_heads: 2 })
  ]
}

export const attentionCases: readonly RuleCase[] = [
  ...standard.map((item) => attending('Attention', item)),
  kept('keys kept from before', {}),
  kept('causal, keys kept from before', { is_causal: 1 }),
  ...multiHead.map((item) => attending('com.microsoft::MultiHeadAttention', item)),
  selfAttention,
  ...projected.map((item) => attending('com.microsoft::Attention', item))
]
