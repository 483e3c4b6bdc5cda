import { numberAttribute } from '@engine/graph/attributes'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** At inference a batch normalization scales each channel by gamma / sqrt(variance + epsilon); ONNX Runtime folds the factor at load. */
const batchNormalization: BackwardRule = ({ w, node, outgoing }) => {
  const [input, gamma, , , variance] = node.inputs
  const epsilon = w.scalar(numberAttribute(node, 'epsilon', 1e-5), variance)
  const deviation = w.op('Sqrt', [w.op('Add', [variance, epsilon])])
  const factor = w.op('Div', [gamma, deviation])
  const rank = w.shapeOf(input).length
  const shaped = rank <= 1 ? factor : w.op('Reshape', [factor, w.int64s([-1, ...Array<number>(rank - 2).fill(1)])])
  return [w.op('Mul', [outgoing, shaped]), null, null, null, null]
}

/** Normalizations. */
export const normalization: RuleFamily = { BatchNormalization: batchNormalization }
