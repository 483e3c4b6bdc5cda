import type { GraphWriter } from '@engine/graph/writer'
import { reduceSum } from '../../operators'
import type { Bias } from './linear-map'

/**
 * Collects the relevance that biases take, which never reaches the image: the sum of a map and this are the relevance one
 * began with, up to stabilisers.
 */
export class RelevanceLedger {
  private readonly parts: string[] = []

  constructor(private readonly w: GraphWriter) {}

  /** Notes Σ b_j s_j of a layer whose output has the shape of `like`. */
  take(bias: Bias, s: string, like: string): void {
    const { w } = this
    const rank = w.shapeOf(like).length
    const axes = Array.from({ length: rank }, (_, axis) => axis)
    const taken =
      bias.form === 'channels'
        ? w.op('Mul', [
            rank > 2 ? reduceSum(w, s, axes.slice(2)) : s,
            w.op('Reshape', [bias.tensor, w.int64s([-1, ...axes.slice(2).map(() => 1)])])
          ])
        : w.op('Mul', [s, bias.tensor])
    this.parts.push(w.op('Reshape', [reduceSum(w, taken, axes.slice(1)), w.int64s([-1, 1])]))
  }

  /** `[N, 1]`, or null when no bias took anything. */
  total(): string | null {
    if (this.parts.length === 0) return null
    return this.parts.length === 1 ? this.w.op('Identity', this.parts) : this.w.op('Sum', this.parts)
  }
}
