import { numberAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { shareOverWindows } from '../formulations/average-pool'
import { signOf } from '../formulations/masks'
import { windowOf, windowVolume } from '../formulations/window'
import { castMask, equal } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/**
 * y = (Σ |x|^p)^(1/p): the slope is sign(x) · |x|^(p-1) · y^(1-p). A window of zeros has none and passes nothing.
 */
function throughNorm(
  w: GraphWriter,
  { node, outgoing }: { node: GraphNode; outgoing: string },
  spread: (shares: string) => string
): string {
  const [x] = node.inputs
  const [y] = node.outputs
  const p = numberAttribute(node, 'p', 2)
  if (p === 1) return w.op('Mul', [signOf(w, x), spread(outgoing)])
  const safe = w.op('Add', [y, castMask(w, equal(w, y, w.scalar(0, x)), x)])
  const power = (base: string, exponent: number): string =>
    exponent === 1 ? base : w.op('Pow', [base, w.scalar(exponent, x)])
  const shares = w.op('Div', [outgoing, power(safe, p - 1)])
  const own = p === 2 ? x : w.op('Mul', [signOf(w, x), power(w.op('Abs', [x]), p - 1)])
  return w.op('Mul', [own, spread(shares)])
}

const lpPool: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const window = windowOf(w, node, { wide: input, narrow: node.outputs[0] })
  const channels = w.sizesOf(input)[1]
  const spread = (shares: string): string =>
    shareOverWindows(w, w.op('Mul', [shares, w.scalar(windowVolume(window), input)]), { node, window, channels })
  return [throughNorm(w, { node, outgoing }, spread)]
}

/** Multiplication by the input spreads the one share of a channel over it. */
const globalLpPool: BackwardRule = ({ w, node, outgoing }) => [throughNorm(w, { node, outgoing }, (shares) => shares)]

/** Norms over windows. */
export const lpPooling: RuleFamily = { LpPool: lpPool, GlobalLpPool: globalLpPool }
