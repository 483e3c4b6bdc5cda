import { numbersOf } from '@engine/graph/constant'
import type { GraphWriter } from '@engine/graph/writer'
import { castMask, castTo, equal, keepWhere } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

const multiply: BackwardRule = ({ w, node, outgoing }) => {
  const [a, b] = node.inputs
  return [w.op('Mul', [outgoing, b]), w.op('Mul', [outgoing, a])]
}

/** Where the divisor is fixed ONNX Runtime folds its reciprocal, and a multiplication is left. */
const divide: BackwardRule = ({ w, node, outgoing, needs }) => {
  const b = node.inputs[1]
  const share = w.isConstant(b) ? w.op('Mul', [outgoing, w.op('Reciprocal', [b])]) : w.op('Div', [outgoing, b])
  return [share, needs[1] ? w.op('Neg', [w.op('Mul', [share, node.outputs[0]])]) : null]
}

/** a to the power b; for a fixed exponent of 2 the slope needs no power. */
const power: BackwardRule = ({ w, node, outgoing, needs }) => {
  const [a, b] = node.inputs
  const [y] = node.outputs
  return [
    needs[0] ? w.op('Mul', [outgoing, slopeOfBase(w, a, b)]) : null,
    needs[1] ? w.op('Mul', [outgoing, w.op('Mul', [y, logarithm(w, a)])]) : null
  ]
}

/** log a; where a is 0 its power does not move with the exponent, so 0 stands for the logarithm, as in PyTorch. */
function logarithm(w: GraphWriter, a: string): string {
  const isZero = castMask(w, equal(w, a, w.scalar(0, a)), a)
  return w.op('Log', [w.op('Add', [a, isZero])])
}

function slopeOfBase(w: GraphWriter, a: string, b: string): string {
  const constant = w.model.constants.get(b)
  const exponent =
    constant !== undefined && constant.dims.every((size) => size === 1) ? numbersOf(constant)[0] : undefined
  if (exponent === 0) return w.scalar(0, a)
  if (exponent === 2) return w.op('Mul', [a, w.scalar(2, a)])
  if (exponent !== undefined) return w.op('Mul', [w.op('Pow', [a, w.scalar(exponent - 1, a)]), w.scalar(exponent, a)])
  // Exponents may be whole numbers.
  const power = w.ownTypeOf(b) === w.typeOf(a) ? b : castTo(w, b, w.typeOf(a))
  return w.op('Mul', [power, w.op('Pow', [a, w.op('Sub', [power, w.scalar(1, a)])])])
}

/** The remainder moves with the dividend; a divisor that depends on the image is refused by the driver. */
const remainder: BackwardRule = ({ outgoing }) => [outgoing]

/** The gradient goes to whichever input is the extreme; inputs that tie share it equally, as in PyTorch. */
const extreme: BackwardRule = ({ w, node, outgoing, needs }) => {
  const [y] = node.outputs
  if (node.inputs.length === 1) return [outgoing]
  const isExtreme = node.inputs.map((input) => castMask(w, equal(w, input, y), y))
  const count = isExtreme.reduce((sum, mask) => w.op('Add', [sum, mask]))
  const share = w.op('Div', [outgoing, count])
  return node.inputs.map((_, index) => (needs[index] ? w.op('Mul', [share, isExtreme[index]]) : null))
}

const where: BackwardRule = ({ w, node, outgoing, needs }) => {
  const [condition, a, b] = node.inputs
  return [
    null,
    needs[1] ? keepWhere(w, condition, outgoing, a) : null,
    needs[2] ? keepWhere(w, w.op('Not', [condition]), outgoing, b) : null
  ]
}

const mean: BackwardRule = ({ w, node, outgoing }) => {
  const share = w.op('Mul', [outgoing, w.scalar(1 / node.inputs.length, node.inputs[0])])
  return node.inputs.map(() => share)
}

/**
 * Elementwise arithmetic with broadcasting: gradients are answered in the shape of the output and the driver sums them
 * down.
 */
export const arithmetic: RuleFamily = {
  Add: ({ outgoing }) => [outgoing, outgoing],
  Sub: ({ w, outgoing, needs }) => [outgoing, needs[1] ? w.op('Neg', [outgoing]) : null],
  Mul: multiply,
  Div: divide,
  Mod: remainder,
  Pow: power,
  Sum: ({ node, outgoing }) => node.inputs.map(() => outgoing),
  Mean: mean,
  Min: extreme,
  Max: extreme,
  Where: where
}
