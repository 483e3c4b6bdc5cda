import { maskPositive } from '../formulations/masks'
import type { BackwardRule, Composite } from '../rule'
import { gradient } from './gradient'

/** At a ReLU only positive gradients pass, and only where the activation was positive. */
const guidedRelu: BackwardRule = ({ w, node, outgoing }) => [maskPositive(w, w.op('Relu', [outgoing]), node.outputs[0])]

/**
 * Guided backpropagation. Springenberg et al., Striving for Simplicity, ICLR workshop 2015, arXiv:1412.6806. Only ReLU
 * is changed.
 */
export const guidedBackprop: Composite = (node, position) =>
  node.opType === 'Relu' && node.domain === '' ? guidedRelu : gradient(node, position)
