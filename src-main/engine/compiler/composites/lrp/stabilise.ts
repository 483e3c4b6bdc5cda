import type { GraphWriter } from '@engine/graph/writer'
import { castMask } from '../../operators'

/** What is known of the numbers that are divided by. */
export type Sign = 'any' | 'positive' | 'negative'

/** So steep that HardSigmoid is a step: 1 from zero on, 0 below. */
const steepest = 2 ** 127

/**
 * z + ε sign(z) with sign(0) = 1 (Bach et al., PLOS ONE 2015, eq. 58), so that nothing is divided by zero. `like` is a
 * tensor of the model with the element type.
 */
export function stabilised(w: GraphWriter, z: string, { epsilon, sign, like }: Stabiliser): string {
  if (sign === 'positive') return w.op('Add', [z, w.scalar(epsilon, like)])
  if (sign === 'negative') return w.op('Sub', [z, w.scalar(epsilon, like)])
  const isNotNegative =
    w.typeOf(like) === 'float16'
      ? castMask(w, w.op('Not', [w.op('Less', [z, w.scalar(0, like)])]), like)
      : w.op('HardSigmoid', [z], { alpha: { float: steepest }, beta: { float: 1 } })
  const signed = w.op('Sub', [w.op('Mul', [isNotNegative, w.scalar(2 * epsilon, like)]), w.scalar(epsilon, like)])
  return w.op('Add', [z, signed])
}

export interface Stabiliser {
  readonly epsilon: number
  readonly sign: Sign
  readonly like: string
}
