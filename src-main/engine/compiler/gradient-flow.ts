import type { GraphWriter } from '@engine/graph/writer'
import { pinScale } from './formulations/channel-scale'

/** Gradients on their way back: what has arrived at each tensor so far. */
export class GradientFlow {
  private readonly arriving = new Map<string, readonly string[]>()
  private readonly seen = new Set<string>()

  constructor(
    private readonly w: GraphWriter,
    private readonly requested: readonly string[]
  ) {}

  /** One more gradient, in the tensor's own shape. */
  arrive(tensor: string, gradient: string): void {
    this.w.declareShape(gradient, tensor)
    // A gradient with a second reader must not be written again in another form: that would compute it twice.
    if (this.seen.has(gradient) || this.requested.includes(tensor)) pinScale(this.w, gradient)
    this.seen.add(gradient)
    this.arriving.set(tensor, [...(this.arriving.get(tensor) ?? []), gradient])
  }

  /** The sum of all that has arrived at a tensor, written once; null when nothing has. */
  at(tensor: string): string | null {
    const gradients = this.arriving.get(tensor)
    if (gradients === undefined) return null
    if (gradients.length === 1) return gradients[0]
    const sum = this.w.op(gradients.length === 2 ? 'Add' : 'Sum', gradients)
    this.w.declareShape(sum, tensor)
    this.arriving.set(tensor, [sum])
    return sum
  }
}
