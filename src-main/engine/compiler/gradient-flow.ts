import type { GraphWriter } from '@engine/graph/writer'
import { pinScale } from './formulations/channel-scale'
import { beforeRepeating } from './operators'

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
    const sum = this.sum(gradients)
    this.w.declareShape(sum, tensor)
    this.arriving.set(tensor, [sum])
    return sum
  }

  /** A gradient that was repeated over axes (behind a mean) is added as it was before; one summand keeps the full shape. */
  private sum(gradients: readonly string[]): string {
    const { w } = this
    const [first, ...others] = gradients.toSorted((a, b) => isRepeated(w, a) - isRepeated(w, b))
    const whole = [first, ...others.filter((gradient) => isRepeated(w, gradient) === 0)]
    const narrow = others.flatMap((gradient) => beforeRepeating(w, gradient) ?? [])
    const sum = whole.length === 1 ? first : w.op(whole.length === 2 ? 'Add' : 'Sum', whole)
    return narrow.reduce((total, gradient) => w.op('Add', [total, gradient]), sum)
  }
}

const isRepeated = (w: GraphWriter, gradient: string): 0 | 1 => (beforeRepeating(w, gradient) === undefined ? 0 : 1)
