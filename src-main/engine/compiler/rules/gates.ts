import { numberAttribute, stringAttribute } from '@engine/graph/attributes'
import { stepBelow } from '../formulations/masks'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'
import { pointwise, type SlopeTerms } from './pointwise'

/**
 * x * u with u = clip(x / 6 + 1/2, 0, 1): the slope is u, and x / 6 more where u is between its bounds, that is where 9
 * - x² > 0. The sixth is taken by another HardSigmoid, because a product with a single number would leave ONNX
 * Runtime's blocked layout.
 */
const hardSwish = pointwise(({ w, x }) => {
  const u = w.op('HardSigmoid', [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } })
  const between = stepBelow(w, w.op('Mul', [x, x]), 9)
  const sixth = w.op('HardSigmoid', [between], { alpha: { float: 1 / 6 }, beta: { float: 0 } })
  return w.op('Add', [u, w.op('Mul', [x, sixth])])
})

/** x σ(αx). Ramachandran et al., Searching for Activation Functions, arXiv:1710.05941. */
function swish(fallback: number): BackwardRule {
  return pointwise(({ w, node, x, number }) => {
    const alpha = numberAttribute(node, 'alpha', fallback)
    const scaled = alpha === 1 ? x : w.op('Mul', [x, number(alpha)])
    const gate = w.op('Sigmoid', [scaled])
    const bend = w.op('Mul', [scaled, w.op('Sub', [number(1), gate])])
    return w.op('Mul', [gate, w.op('Add', [bend, number(1)])])
  })
}

/** x Φ(x), or its tanh approximation. Hendrycks and Gimpel, Gaussian Error Linear Units, arXiv:1606.08415. */
const gelu = pointwise((terms) =>
  stringAttribute(terms.node, 'approximate', 'none') === 'tanh' ? tanhGeluSlope(terms) : erfGeluSlope(terms)
)

type Terms = Pick<SlopeTerms, 'w' | 'x' | 'number'>

function erfGeluSlope({ w, x, number }: Terms): string {
  const square = w.op('Mul', [x, x])
  const cumulative = w.op('Mul', [
    w.op('Add', [w.op('Erf', [w.op('Mul', [x, number(Math.SQRT1_2)])]), number(1)]),
    number(0.5)
  ])
  const density = w.op('Mul', [w.op('Exp', [w.op('Mul', [square, number(-0.5)])]), number(1 / Math.sqrt(2 * Math.PI))])
  return w.op('Add', [cumulative, w.op('Mul', [x, density])])
}

function tanhGeluSlope({ w, x, number }: Terms): string {
  const square = w.op('Mul', [x, x])
  const [root, cubic] = [Math.sqrt(2 / Math.PI), 0.044715]
  const inner = w.op('Mul', [
    w.op('Mul', [x, number(root)]),
    w.op('Add', [w.op('Mul', [square, number(cubic)]), number(1)])
  ])
  const t = w.op('Tanh', [inner])
  const half = w.op('Mul', [w.op('Add', [t, number(1)]), number(0.5)])
  const innerSlope = w.op('Mul', [
    w.op('Add', [w.op('Mul', [square, number(3 * cubic)]), number(1)]),
    number(root * 0.5)
  ])
  const bell = w.op('Sub', [number(1), w.op('Mul', [t, t])])
  return w.op('Add', [half, w.op('Mul', [w.op('Mul', [x, bell]), innerSlope])])
}

/** x tanh(softplus(x)). Misra, Mish, arXiv:1908.08681. */
const mish = pointwise(({ w, x, number }) => {
  const t = w.op('Tanh', [w.op('Softplus', [x])])
  const bell = w.op('Sub', [number(1), w.op('Mul', [t, t])])
  return w.op('Add', [t, w.op('Mul', [w.op('Mul', [x, w.op('Sigmoid', [x])]), bell])])
})

/** A function of x plus a bias that is broadcast: both get the gradient of their sum. */
function afterBias(slope: (terms: Terms) => string): BackwardRule {
  return ({ w, node, outgoing, needs }) => {
    const [x, bias] = node.inputs
    const sum = bias ? w.op('Add', [x, bias]) : x
    const inner = w.op('Mul', [outgoing, slope({ w, x: sum, number: (value) => w.scalar(value, x) })])
    return [inner, needs[1] ? inner : null]
  }
}

/** Functions of the form x · gate(x). */
export const gates: RuleFamily = { HardSwish: hardSwish, Swish: swish(1), Gelu: gelu, Mish: mish }

/** The same, as ONNX Runtime's optimisers fuse them. */
export const fusedGates: RuleFamily = {
  Gelu: gelu,
  QuickGelu: swish(1.702),
  BiasGelu: afterBias(erfGeluSlope),
  FastGelu: afterBias(tanhGeluSlope)
}
