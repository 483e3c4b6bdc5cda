import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import type { BackwardRule } from '../rule'

/** A pointwise function y = f(x): what its gradient is multiplied by. Numbers become scalars of x's element type. */
export interface SlopeTerms {
  readonly w: GraphWriter
  readonly node: GraphNode
  readonly x: string
  readonly y: string
  readonly number: (value: number) => string
}

/** The rule of a pointwise function of one tensor, from its slope. */
export function pointwise(slope: (terms: SlopeTerms) => string): BackwardRule {
  return ({ w, node, outgoing }) => {
    const [x] = node.inputs
    const [y] = node.outputs
    return [w.op('Mul', [outgoing, slope({ w, node, x, y, number: (value) => w.scalar(value, x) })])]
  }
}
