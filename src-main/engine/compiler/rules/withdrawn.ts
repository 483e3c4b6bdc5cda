import { numberAttribute } from '@engine/graph/attributes'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'
import { pointwise } from './pointwise'

/** A product with the number an attribute states, and whatever is added to it. */
function scaledBy(attribute: string): BackwardRule {
  return ({ w, node, outgoing }) => [
    w.op('Mul', [outgoing, w.scalar(numberAttribute(node, attribute, 1), node.inputs[0])])
  ]
}

/** alpha · tanh(beta · x). */
const scaledTanh = pointwise(({ w, node, y, number }) => {
  const [alpha, beta] = [numberAttribute(node, 'alpha', 1), numberAttribute(node, 'beta', 1)]
  return w.op('Sub', [number(alpha * beta), w.op('Mul', [w.op('Mul', [y, y]), number(beta / alpha)])])
})

/** alpha · softplus(beta · x). */
const parametricSoftplus = pointwise(({ w, node, x, number }) => {
  const [alpha, beta] = [numberAttribute(node, 'alpha', 1), numberAttribute(node, 'beta', 1)]
  return w.op('Mul', [w.op('Sigmoid', [w.op('Mul', [x, number(beta)])]), number(alpha * beta)])
})

/** Operators of early ONNX files (CoreML and Windows ML converters) that the standard dropped and ONNX Runtime kept. */
export const withdrawn: RuleFamily = {
  Affine: scaledBy('alpha'),
  ImageScaler: scaledBy('scale'),
  Scale: scaledBy('scale'),
  ScaledTanh: scaledTanh,
  ParametricSoftplus: parametricSoftplus
}
