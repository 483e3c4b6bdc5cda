import { numberAttribute, numbersAttribute } from '@engine/graph/attributes'
import { unsupportedUse } from '../faults'
import { slice } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** The same numbers in another shape: the gradient takes the old shape back. */
const sameNumbers: BackwardRule = ({ w, node, outgoing }) => [w.reshapeLike(outgoing, node.inputs[0])]

const pass: BackwardRule = ({ outgoing }) => [outgoing]

const transpose: BackwardRule = ({ w, node, outgoing }) => {
  const rank = w.shapeOf(node.inputs[0]).length
  const perm = numbersAttribute(node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis)
  return [w.op('Transpose', [outgoing], { perm: perm.map((_, axis) => perm.indexOf(axis)) })]
}

const concat: BackwardRule = ({ w, node, outgoing, needs }) => {
  const rank = w.shapeOf(node.outputs[0]).length
  const stated = numberAttribute(node, 'axis', 1)
  const axis = stated < 0 ? stated + rank : stated
  let start = 0
  return node.inputs.map((input, index) => {
    const size = w.sizesOf(input)[axis]
    if (size < 0) throw unsupportedUse(node, w.model, 'joining along the batch')
    const end = start + size
    const part = needs[index] ? slice(w, outgoing, { axes: [axis], starts: [start], ends: [end] }) : null
    start = end
    return part
  })
}

/** Operators that move or rename numbers without computing. */
export const movement: RuleFamily = {
  Reshape: sameNumbers,
  Flatten: sameNumbers,
  Squeeze: sameNumbers,
  Unsqueeze: sameNumbers,
  Identity: pass,
  Dropout: pass,
  Transpose: transpose,
  Concat: concat
}
