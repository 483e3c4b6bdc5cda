import { numberAttribute } from '@engine/graph/attributes'
import { numbersOf } from '@engine/graph/constant'
import { isFloat } from '@engine/graph/element-types'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { maskPositive, passAbove, passBelow, signOf, stepAbove, stepBelow } from '../formulations/masks'
import { castTo, keepWhere } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'
import { pointwise, type SlopeTerms } from './pointwise'

/** `positive` where x > 0, `negative` (a tensor) elsewhere, as step + (1 - step) * negative. */
function piecewise({ w, x, number }: SlopeTerms, positive: number, negative: string): string {
  const step = stepAbove(w, x, 0)
  const above = positive === 1 ? step : w.op('Mul', [step, number(positive)])
  return w.op('Add', [above, w.op('Mul', [w.op('Sub', [number(1), step]), negative])])
}

const leakyRelu = pointwise((terms) => {
  const alpha = numberAttribute(terms.node, 'alpha', 0.01)
  const { w, x, number } = terms
  if (alpha >= 0 && alpha <= 1 && w.opset >= 8) return w.op('Max', [stepAbove(w, x, 0), number(alpha)])
  return w.op('Add', [w.op('Mul', [stepAbove(w, x, 0), number(1 - alpha)]), number(alpha)])
})

/** The slope of the negative side is a tensor that is broadcast to x. */
const pRelu: BackwardRule = ({ w, node, outgoing, needs }) => {
  const [x, slope] = node.inputs
  const step = stepAbove(w, x, 0)
  const factor = w.op('Add', [w.op('Mul', [step, w.op('Sub', [w.scalar(1, x), slope])]), slope])
  const negativePart = (): string => w.op('Mul', [outgoing, w.op('Mul', [w.op('Sub', [w.scalar(1, x), step]), x])])
  return [needs[0] ? w.op('Mul', [outgoing, factor]) : null, needs[1] ? negativePart() : null]
}

const elu = pointwise((terms) =>
  piecewise(terms, 1, terms.w.op('Add', [terms.y, terms.number(numberAttribute(terms.node, 'alpha', 1))]))
)

const celu = pointwise((terms) => {
  const scaled = terms.w.op('Mul', [terms.y, terms.number(1 / numberAttribute(terms.node, 'alpha', 1))])
  return piecewise(terms, 1, terms.w.op('Add', [scaled, terms.number(1)]))
})

const selu = pointwise((terms) => {
  const alpha = numberAttribute(terms.node, 'alpha', 1.67326319217681884765625)
  const gamma = numberAttribute(terms.node, 'gamma', 1.05070102214813232421875)
  return piecewise(terms, gamma, terms.w.op('Add', [terms.y, terms.number(alpha * gamma)]))
})

/** Bounds were attributes before opset 11. A tensor name stands for a bound that is only known while the model runs. */
function clipBounds(w: GraphWriter, node: GraphNode): { low: number | string | null; high: number | string | null } {
  const bound = (position: number, attribute: string): number | string | null => {
    const name = node.inputs[position]
    const constant = name ? w.model.constants.get(name) : undefined
    if (constant !== undefined) return numbersOf(constant)[0]
    if (name) return name
    return node.attributes.has(attribute) ? numberAttribute(node, attribute, 0) : null
  }
  return { low: bound(1, 'min'), high: bound(2, 'max') }
}

/** Nothing passes at a bound, as in PyTorch's ReLU6 and Hardtanh: flat background lies exactly on it. */
const clip: BackwardRule = ({ w, node, outgoing }) => {
  const [x] = node.inputs
  const [y] = node.outputs
  const { low, high } = clipBounds(w, node)
  const above =
    typeof low === 'string' ? keepWhere(w, w.op('Greater', [x, low]), outgoing, x) : passAbove(w, outgoing, y, low)
  return [typeof high === 'string' ? keepWhere(w, w.op('Less', [x, high]), above, x) : passBelow(w, above, y, high)]
}

const hardSigmoid: BackwardRule = ({ w, node, outgoing }) => {
  const [y] = node.outputs
  const scaled = w.op('Mul', [outgoing, w.scalar(numberAttribute(node, 'alpha', 0.2), y)])
  return [passBelow(w, passAbove(w, scaled, y, 0), y, 1)]
}

const sigmoid = pointwise(({ w, y, number }) => w.op('Mul', [y, w.op('Sub', [number(1), y])]))

const tanh = pointwise(({ w, y, number }) => w.op('Sub', [number(1), w.op('Mul', [y, y])]))

const erf = pointwise(({ w, x, number }) =>
  w.op('Mul', [w.op('Exp', [w.op('Neg', [w.op('Mul', [x, x])])]), number(2 / Math.sqrt(Math.PI))])
)

const softsign = pointwise(({ w, x, number }) => {
  const base = w.op('Add', [w.op('Abs', [x]), number(1)])
  return w.op('Reciprocal', [w.op('Mul', [base, base])])
})

const thresholdedRelu: BackwardRule = ({ w, node, outgoing }) => [
  w.op('Mul', [outgoing, stepAbove(w, node.inputs[0], numberAttribute(node, 'alpha', 1))])
]

/** Soft and hard shrinkage: nothing between -lambd and lambd, and the identity (moved by the bias) beyond. */
const shrink = pointwise(({ w, node, x }) => {
  const bound = numberAttribute(node, 'lambd', 0.5)
  return w.op('Add', [stepAbove(w, x, bound), stepBelow(w, x, -bound)])
})

/** A change of element type: the gradient changes back. Nothing flows through whole numbers. */
const cast: BackwardRule = ({ w, node, outgoing }) => {
  const [from, to] = [w.typeOf(node.inputs[0]), w.typeOf(node.outputs[0])]
  if (!isFloat(from) || !isFloat(to)) return node.inputs.map(() => null)
  return [from === to ? outgoing : castTo(w, outgoing, from), null]
}

/** Steps have slope 0 wherever they have one. */
const flat: BackwardRule = () => [null]

/**
 * Pointwise functions of one tensor. Rules read the output rather than the input where they can: ONNX Runtime then
 * still fuses Conv and activation.
 */
export const activations: RuleFamily = {
  Relu: ({ w, node, outgoing }) => [maskPositive(w, outgoing, node.outputs[0])],
  LeakyRelu: leakyRelu,
  PRelu: pRelu,
  Elu: elu,
  Celu: celu,
  Selu: selu,
  ThresholdedRelu: thresholdedRelu,
  Clip: clip,
  Sigmoid: sigmoid,
  HardSigmoid: hardSigmoid,
  Tanh: tanh,
  Erf: erf,
  Exp: pointwise(({ y }) => y),
  Log: ({ w, node, outgoing }) => [w.op('Div', [outgoing, node.inputs[0]])],
  Sqrt: ({ w, node, outgoing }) => [
    w.op('Div', [w.op('Mul', [outgoing, w.scalar(0.5, node.inputs[0])]), node.outputs[0]])
  ],
  Reciprocal: ({ w, node, outgoing }) => [
    w.op('Neg', [w.op('Mul', [outgoing, w.op('Mul', [node.outputs[0], node.outputs[0]])])])
  ],
  Neg: ({ w, outgoing }) => [w.op('Neg', [outgoing])],
  Abs: pointwise(({ w, x }) => signOf(w, x)),
  Softplus: pointwise(({ w, x }) => w.op('Sigmoid', [x])),
  Softsign: softsign,
  Shrink: shrink,
  Cast: cast,
  CastLike: cast,
  Floor: flat,
  Ceil: flat,
  Round: flat,
  Sign: flat,
  Hardmax: flat,
  EyeLike: flat,
  OneHot: flat
}
