import type { BackwardRule } from '../../rule'
import { type BiasUse, smallStabiliser } from './layer-rules'
import type { RelevanceLedger } from './ledger'
import { affineOf } from './merged-weights'
import type { MadeBy } from './pass-rules'
import { stabilised } from './stabilise'

/**
 * How relevance goes through a batch normalization that stands alone, y = f x + b (before a ReLU, in DenseNet). `share`: x
 * gets f x / y of it and the shift the rest, which for the ε rule is the same as merging both into the convolution behind
 * the ReLU. `positive-share`: the same with the positive parts only. `pass`: x gets everything, as under a rule without
 * biases.
 */
export type AffineRule = 'share' | 'positive-share' | 'pass'

/** The affine rule that goes with a z+ rule. */
export const affineOfZPlus = (biasUse: BiasUse): AffineRule => (biasUse === 'with-bias' ? 'positive-share' : 'pass')

export const affineRule =
  (rule: AffineRule, { madeBy, ledger }: { madeBy: MadeBy; ledger: RelevanceLedger }): BackwardRule =>
  ({ w, node, outgoing }) => {
    if (rule === 'pass') return [outgoing]
    const [x] = node.inputs
    const [y] = node.outputs
    const { factor, shift } = affineOf(w, node)
    const spatial = w.shapeOf(x).length - 2
    const along = (vector: string): string =>
      spatial <= 0 ? vector : w.op('Reshape', [vector, w.int64s([-1, ...Array<number>(spatial).fill(1)])])
    const contribution = w.op('Mul', [x, along(factor)])
    const { share, bias, sum } =
      rule === 'share' ? { share: contribution, bias: shift, sum: madeBy(y) } : positiveParts()
    const s = w.op('Div', [outgoing, stabilised(w, sum.tensor, { epsilon: smallStabiliser, sign: sum.sign, like: x })])
    ledger.take({ tensor: bias, form: 'channels' }, s, x)
    return [w.op('Mul', [share, s])]

    function positiveParts(): { share: string; bias: string; sum: ReturnType<MadeBy> } {
      const [ofInput, ofShift] = [w.op('Relu', [contribution]), w.op('Relu', [shift])]
      return {
        share: ofInput,
        bias: ofShift,
        sum: { tensor: w.op('Add', [ofInput, along(ofShift)]), sign: 'positive' }
      }
    }
  }
