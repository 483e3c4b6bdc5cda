import type { BackwardRule, Composite } from '../rule'
import { gradient } from './gradient'

/**
 * ReLU counts as a softplus of sharpness β on the way back: its slope is sigmoid(β x). Dombrowski et al., Explanations Can
 * Be Manipulated and Geometry Is to Blame, NeurIPS 2019, arXiv:1906.07983. Only ReLU is changed.
 */
export const betaSmooth = (beta: number): Composite => {
  const smoothRelu: BackwardRule = ({ w, node, outgoing }) => {
    const [x] = node.inputs
    return [w.op('Mul', [outgoing, w.op('Sigmoid', [w.op('Mul', [x, w.scalar(beta, x)])])])]
  }
  return (node, position) => (node.opType === 'Relu' && node.domain === '' ? smoothRelu : gradient(node, position))
}
