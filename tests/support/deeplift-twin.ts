import { floatsOf } from '@engine/graph/constant'
import type { GraphModel, GraphNode } from '@engine/graph/model'
import { RelevanceTwin, type Values } from './relevance-twin'
import { paddedPositions } from './window-pairs'

/** Multipliers of the image and of the baseline: captum sends both halves of a batch back. */
type Streams = readonly [Float64Array, Float64Array]

const tiny = 1e-10

/**
 * DeepLIFT in float64 as captum 0.9 computes it, defects included: right behind a ReLU a max pooling keeps its plain gradient,
 * image and baseline each by their own winners; elsewhere it follows the rescale rule, but overlapping windows overwrite each
 * other, and what other readers of the pooled tensor send back is lost.
 */
export class DeepLiftTwin {
  private readonly image: RelevanceTwin
  private readonly baseline: RelevanceTwin
  private readonly arrived = new Map<string, Streams>()
  private readonly settled = new Set<string>()
  private readonly producers: ReadonlyMap<string, GraphNode>

  constructor(
    private readonly model: GraphModel,
    private readonly input: Values,
    private readonly from: Values
  ) {
    this.image = new RelevanceTwin(model, input, false)
    this.baseline = new RelevanceTwin(model, from, false)
    this.producers = new Map(model.nodes.map((node) => [node.outputs[0], node]))
  }

  /** Multipliers times the difference from the baseline. */
  contributions(of: string, target: number): Float64Array {
    for (const stream of this.at(of)) stream[target] = 1
    for (const node of this.model.nodes.toReversed()) {
      const outgoing = this.arrived.get(node.outputs[0])
      if (outgoing !== undefined) this.passBack(node, outgoing)
    }
    const [multipliers] = this.at(this.model.inputs[0].name)
    return multipliers.map((value, index) => value * (this.input.data[index] - this.from.data[index]))
  }

  private at(tensor: string): Streams {
    const length = this.image.value(tensor).data.length
    const known = this.arrived.get(tensor) ?? ([new Float64Array(length), new Float64Array(length)] as const)
    this.arrived.set(tensor, known)
    return known
  }

  private passBack(node: GraphNode, outgoing: Streams): void {
    const layer = this.image.layerOf(node)
    if (node.opType === 'MaxPool' && this.producers.get(node.inputs[0])?.opType !== 'Relu')
      this.rescaledPool(node, outgoing)
    else if (node.opType === 'Concat') this.split(node, outgoing)
    else if (!this.settled.has(node.inputs[0])) {
      const into = this.at(node.inputs[0])
      outgoing.forEach((stream, half) => {
        if (layer !== undefined) layer.each((output, input, weight) => (into[half][input] += weight * stream[output]))
        else this.single(node, stream, { into: into[half], half })
      })
    }
  }

  /** Operators with one input, for one stream. */
  private single(node: GraphNode, stream: Float64Array, { into, half }: { into: Float64Array; half: number }): void {
    const [x] = node.inputs
    const own = half === 0 ? this.image : this.baseline
    if (node.opType === 'Relu') {
      const [a, b] = [this.image.value(x).data, this.baseline.value(x).data]
      stream.forEach((value, index) => {
        const difference = a[index] - b[index]
        const slope = own.value(x).data[index] > 0 ? 1 : 0
        const rise = Math.max(0, a[index]) - Math.max(0, b[index])
        into[index] += value * (Math.abs(difference) < tiny ? slope : rise / difference)
      })
    } else if (/Pool$/.test(node.opType)) {
      own.pool(node, (output, input, weight) => (into[input] += weight * stream[output]))
    } else if (node.opType === 'Pad') {
      const pads = Float64Array.from(floatsOf(this.model.constants.get(node.inputs[1])!))
      const positions = paddedPositions(own.value(x).dims, own.value(node.outputs[0]).dims, pads)
      positions.forEach((at, index) => (into[index] += stream[at]))
    } else stream.forEach((value, index) => (into[index] += value))
  }

  private split(node: GraphNode, outgoing: Streams): void {
    let offset = 0
    for (const input of node.inputs) {
      const into = this.at(input)
      const length = into[0].length
      if (!this.settled.has(input))
        outgoing.forEach((stream, half) =>
          into[half].forEach((_, index) => (into[half][index] += stream[offset + index]))
        )
      offset += length
    }
  }

  private rescaledPool(node: GraphNode, [ofImage, ofBaseline]: Streams): void {
    const [x] = node.inputs
    const [y] = node.outputs
    const [a, b] = [this.image.value(x).data, this.baseline.value(x).data]
    const [high, low] = [this.image.value(y).data, this.baseline.value(y).data]
    const above = new Float64Array(a.length)
    const below = new Float64Array(a.length)
    const plain = new Float64Array(a.length)
    this.image.pool(node, (output, input) => {
      above[input] = ofImage[output] * (Math.max(high[output], low[output]) - low[output])
      plain[input] += ofImage[output]
    })
    this.baseline.pool(node, (output, input) => {
      below[input] = ofBaseline[output] * (high[output] - Math.max(high[output], low[output]))
    })
    const multipliers = a.map((value, index) => {
      const difference = value - b[index]
      return Math.abs(difference) < tiny ? plain[index] : (above[index] + below[index]) / difference
    })
    this.arrived.set(x, [multipliers, multipliers.slice()])
    this.settled.add(x)
  }
}
