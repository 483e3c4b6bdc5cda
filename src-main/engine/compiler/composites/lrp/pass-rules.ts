import type { GraphNode } from '@engine/graph/model'
import { signalOfProduct } from '../../canonizers/gate'
import { noRelevanceRule } from '../../faults'
import type { BackwardRule } from '../../rule'
import { ruleFor } from '../../rules'
import { activationOperators } from '../activation-operators'
import { smallStabiliser } from './layer-rules'
import { type Sign, stabilised } from './stabilise'

/** Functions of single elements: relevance goes through them unchanged (Bach et al. 2015, section 2.3). */
const elementwise = new Set([
  ...activationOperators,
  'Identity',
  'Dropout',
  // Each element is divided by a norm of its neighbours, which counts as a constant.
  'LRN'
])

/** Operators that move, copy or select numbers: relevance follows as a gradient does. */
const moving = new Set([
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Concat',
  'Split',
  'Slice',
  'Gather',
  'GatherElements',
  'GatherND',
  'Pad',
  'Expand',
  'Tile',
  'Cast',
  'Where',
  'DepthToSpace',
  'SpaceToDepth',
  'MaxPool',
  'GlobalMaxPool',
  'ReduceMax',
  'ReduceMin',
  'Max',
  'Min'
])

/** Linear operators without weights of their own: each input gets the share it contributed. */
const adding = new Set([
  'Add',
  'Sub',
  'Sum',
  'Mean',
  'AveragePool',
  'GlobalAveragePool',
  'ReduceMean',
  'ReduceSum',
  'Resize',
  'Upsample'
])

/** Where relevance is not zero an output equals this tensor, and has this sign. */
export type MadeBy = (output: string) => { readonly tensor: string; readonly sign: Sign }

/** The rule of a node that carries no kernel. Throws Fault `unsupported-op` naming operator, node and what would work. */
export function passRule(node: GraphNode, madeBy: MadeBy): BackwardRule | undefined {
  if (node.domain !== '') return undefined
  if (elementwise.has(node.opType)) return ({ outgoing }) => [outgoing]
  if (moving.has(node.opType)) return ruleFor(node)
  if (adding.has(node.opType)) return shareRule(madeBy)
  if (node.opType === 'Mul') return product
  if (node.opType === 'Div') return quotient
  return ({ w }) => {
    throw noRelevanceRule(node, w.model, 'no relevance rule is known for it')
  }
}

/** R_i = x_i (∂y/∂x)ᵀ R / (y + ε sign y): the ε rule of a linear operator, by its own gradient rule. */
export const shareRule =
  (madeBy: MadeBy): BackwardRule =>
  (context) => {
    const { w, node, outgoing, needs } = context
    const { tensor, sign } = madeBy(node.outputs[0])
    const like = node.outputs[0]
    const s = w.op('Div', [outgoing, stabilised(w, tensor, { epsilon: smallStabiliser, sign, like })])
    const shares = ruleFor(node)?.({ ...context, outgoing: s, outgoings: [s] }) ?? []
    return shares.map((share, index) =>
      share === null || !needs[index] ? null : w.op('Mul', [share, node.inputs[index]])
    )
  }

/**
 * A constant factor changes nothing: what it multiplies made all of the product. Of a signal and its gate the signal gets
 * everything (Arras et al., Explaining Recurrent Neural Network Predictions, 2017, "signal takes all").
 */
const product: BackwardRule = ({ w, node, outgoing, needs }) => {
  const wanted = needs.flatMap((isNeeded, index) => (isNeeded ? [index] : []))
  const signal = wanted.length === 1 ? wanted[0] : signalOfProduct(w.model, node)
  if (signal === null) throw noRelevanceRule(node, w.model, 'it multiplies two tensors that both depend on the image')
  return node.inputs.map((_, index) => (index === signal ? outgoing : null))
}

const quotient: BackwardRule = ({ w, node, outgoing, needs }) => {
  if (needs[1]) throw noRelevanceRule(node, w.model, 'it divides by a tensor that depends on the image')
  return [outgoing, null]
}
