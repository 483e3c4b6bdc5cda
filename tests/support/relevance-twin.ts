import { numberAttribute, numbersAttribute } from '@engine/graph/attributes'
import { floatsOf } from '@engine/graph/constant'
import type { GraphModel, GraphNode } from '@engine/graph/model'
import type { Share, TwinPlan } from './relevance-shares'
import { outputDims, paddedPositions, size, windowPairs } from './window-pairs'

/*
 * A second implementation of forward pass and relevance in float64, connection by connection: z_ij is written down for every
 * pair of input and output, as the formulas of the papers do. Slow, and independent of the compiler.
 */

export interface Values {
  readonly dims: readonly number[]
  readonly data: Float64Array
}

/** A linear map as its connections: `visit` is called with output, input, weight and the input's channel. */
export interface Layer {
  readonly bias: (output: number) => number
  each(visit: (output: number, input: number, weight: number, channel: number) => void): void
}

const zeros = (dims: readonly number[]): Values => ({ dims, data: new Float64Array(size(dims)) })

/** The twin of a network of convolutions, normalizations, ReLU, pooling, sums, joins and a dense end. */
export class RelevanceTwin {
  private readonly values = new Map<string, Values>()
  private readonly layers = new Map<GraphNode, Layer>()
  private readonly producers: ReadonlyMap<string, GraphNode>

  /** `keepsEpsilon`: merged normalizations still divide by √(1 + ε), as zennit leaves them. */
  constructor(
    private readonly model: GraphModel,
    input: Values,
    private readonly keepsEpsilon: boolean
  ) {
    this.producers = new Map(model.nodes.map((node) => [node.outputs[0], node]))
    this.values.set(model.inputs[0].name, input)
    for (const node of model.nodes) this.forward(node)
  }

  value(tensor: string): Values {
    const found = this.values.get(tensor)
    if (found === undefined) throw new Error(`the twin has no ${tensor}`)
    return found
  }

  /** The connections of a convolution or dense layer with what was merged into it. */
  layerOf(node: GraphNode): Layer | undefined {
    return this.layers.get(node)
  }

  /** Relevance of the input when `of` begins with a one at `target`. */
  relevance(of: string, target: number, plan: TwinPlan): Float64Array {
    const arrived = new Map<string, Float64Array>()
    const at = (tensor: string): Float64Array => {
      const known = arrived.get(tensor) ?? new Float64Array(this.value(tensor).data.length)
      arrived.set(tensor, known)
      return known
    }
    at(of)[target] = 1
    const firstLayer = this.model.nodes.find((node) => node.opType === 'Conv' || node.opType === 'Gemm')
    for (const node of this.model.nodes.toReversed()) {
      const relevance = arrived.get(node.outputs[0])
      if (relevance === undefined || !this.values.has(node.inputs[0])) continue
      const layer = this.layers.get(node)
      if (layer !== undefined) {
        const kind = node.opType === 'Conv' ? 'convolution' : 'dense'
        const isFirst = node === firstLayer && plan.first !== undefined
        this.share(node, at(node.inputs[0]), relevance, {
          shares: isFirst ? plan.first! : plan[kind],
          epsilon: plan.epsilon[kind]
        })
      } else this.passBack(node, relevance, at)
    }
    return at(this.model.inputs[0].name)
  }

  private share(
    node: GraphNode,
    into: Float64Array,
    relevance: Float64Array,
    { shares, epsilon }: { shares: readonly Share[]; epsilon: number }
  ): void {
    const layer = this.layers.get(node)!
    const x = this.value(node.inputs[0]).data
    const z = this.value(node.outputs[0]).data
    for (const { of, bias, factor } of shares) {
      const sums = Float64Array.from(z, (output, index) => bias(layer.bias(index), output))
      layer.each((output, input, weight, channel) => (sums[output] += of(x[input], weight, z[output], channel)))
      const s = sums.map((sum, index) => (factor * relevance[index]) / (sum + (sum < 0 ? -epsilon : epsilon)))
      layer.each(
        (output, input, weight, channel) => (into[input] += of(x[input], weight, z[output], channel) * s[output])
      )
    }
  }

  private passBack(node: GraphNode, relevance: Float64Array, at: (tensor: string) => Float64Array): void {
    const [first] = node.inputs
    const y = this.value(node.outputs[0]).data
    const s = (): Float64Array => relevance.map((value, index) => value / (y[index] + (y[index] < 0 ? -1e-6 : 1e-6)))
    if (node.opType === 'MaxPool' || node.opType === 'AveragePool' || node.opType === 'GlobalAveragePool') {
      const x = this.value(first).data
      const [into, weighted] = [at(first), node.opType === 'MaxPool' ? relevance : s()]
      this.pool(node, (output, input, weight) => {
        if (node.opType === 'MaxPool') into[input] += weight * weighted[output]
        else into[input] += x[input] * weight * weighted[output]
      })
    } else if (node.opType === 'Add') {
      const weighted = s()
      for (const input of node.inputs) {
        const [into, x] = [at(input), this.value(input).data]
        weighted.forEach((value, index) => (into[index] += x[index] * value))
      }
    } else if (node.opType === 'Concat') {
      let offset = 0
      for (const input of node.inputs) {
        const into = at(input)
        for (let index = 0; index < into.length; index++) into[index] += relevance[offset + index]
        offset += into.length
      }
    } else {
      const into = at(first)
      relevance.forEach((value, index) => (into[index] += value))
    }
  }

  private forward(node: GraphNode): void {
    if (!node.inputs.some((input) => this.values.has(input))) return
    const [first] = node.inputs
    const x = this.value(first)
    if (node.opType === 'Conv' || node.opType === 'Gemm') this.linear(node, x)
    else if (node.opType === 'BatchNormalization') this.normalize(node, x)
    else if (/Pool$/.test(node.opType)) this.values.set(node.outputs[0], this.pooled(node, x))
    else if (node.opType === 'Relu')
      this.values.set(node.outputs[0], { dims: x.dims, data: x.data.map((value) => Math.max(0, value)) })
    else if (node.opType === 'Add') {
      const other = this.value(node.inputs[1]).data
      this.values.set(node.outputs[0], { dims: x.dims, data: x.data.map((value, index) => value + other[index]) })
    } else if (node.opType === 'Concat') {
      const parts = node.inputs.map((input) => this.value(input))
      const channels = parts.reduce((sum, { dims }) => sum + dims[1], 0)
      const data = Float64Array.from(parts.flatMap(({ data: own }) => [...own]))
      this.values.set(node.outputs[0], { dims: [1, channels, ...x.dims.slice(2)], data })
    } else if (node.opType === 'Pad') this.values.set(node.outputs[0], this.surrounded(node, x))
    else if (node.opType === 'Flatten' || node.opType === 'Reshape')
      this.values.set(node.outputs[0], { dims: [1, x.data.length], data: x.data })
    else if (node.opType === 'Sigmoid') this.values.set(node.outputs[0], x)
    else throw new Error(`the twin knows no ${node.opType}`)
  }

  private constant(name: string): Float64Array {
    return Float64Array.from(floatsOf(this.model.constants.get(name)!))
  }

  private linear(node: GraphNode, x: Values): void {
    const weights = this.constant(node.inputs[1])
    const { dims } = this.model.constants.get(node.inputs[1])!
    const bias = node.inputs[2] ? this.constant(node.inputs[2]) : new Float64Array(dims[0])
    if (node.opType === 'Gemm') {
      if (numberAttribute(node, 'transB', 0) !== 1) throw new Error('the twin wants a transposed kernel')
      const each: Layer['each'] = (visit) => {
        for (let o = 0; o < dims[0]; o++) for (let i = 0; i < dims[1]; i++) visit(o, i, weights[o * dims[1] + i], 0)
      }
      this.settle(node, { dims: [1, dims[0]], layer: { each, bias: (output) => bias[output] } })
      return
    }
    const kernel = dims.slice(2)
    const made = outputDims(node, x.dims, kernel, dims[0])
    const pairs = windowPairs(node, x.dims, made, [...kernel])
    const [wide, narrow, volume] = [size(x.dims.slice(2)), size(made.slice(2)), size(kernel)]
    const each: Layer['each'] = (visit) => {
      for (let o = 0; o < dims[0]; o++) {
        for (let i = 0; i < dims[1]; i++) {
          const at = (o * dims[1] + i) * volume
          for (let p = 0; p < pairs.length; p += 3)
            visit(o * narrow + pairs[p], i * wide + pairs[p + 1], weights[at + pairs[p + 2]], i)
        }
      }
    }
    this.settle(node, { dims: made, layer: { each, bias: (output) => bias[Math.floor(output / narrow)] } })
  }

  private settle(node: GraphNode, { dims, layer }: { dims: readonly number[]; layer: Layer }): void {
    const x = this.value(node.inputs[0]).data
    const made = zeros(dims)
    for (let output = 0; output < made.data.length; output++) made.data[output] = layer.bias(output)
    layer.each((output, input, weight) => (made.data[output] += weight * x[input]))
    this.values.set(node.outputs[0], made)
    this.layers.set(node, layer)
  }

  /** Right behind a convolution the normalization becomes part of it, and passes its values on. */
  private normalize(node: GraphNode, x: Values): void {
    const [, gammas, betas, means, variances] = node.inputs.map((input, index) =>
      index === 0 ? new Float64Array() : this.constant(input)
    )
    const epsilon = numberAttribute(node, 'epsilon', 1e-5)
    const factor = gammas.map((value, channel) => value / Math.sqrt(variances[channel] + epsilon))
    const inner = size(x.dims.slice(2))
    const channelOf = (index: number): number => Math.floor(index / inner)
    const scaled = (value: number, index: number): number => {
      const channel = channelOf(index)
      return (value - means[channel]) * factor[channel] + betas[channel]
    }
    const before = this.producers.get(node.inputs[0])
    const layer = before === undefined ? undefined : this.layers.get(before)
    const data = x.data.map(scaled)
    if (before === undefined || layer === undefined) {
      this.values.set(node.outputs[0], { dims: x.dims, data })
      return
    }
    this.layers.set(before, {
      bias: (output) => scaled(layer.bias(output), output),
      each: (visit) => layer.each((o, i, weight, channel) => visit(o, i, weight * factor[channelOf(o)], channel))
    })
    this.values.set(before.outputs[0], { dims: x.dims, data })
    const divisor = this.keepsEpsilon ? Math.sqrt(1 + epsilon) : 1
    this.values.set(node.outputs[0], { dims: x.dims, data: data.map((value) => value / divisor) })
  }

  /** Zeros around a volume, `pads` as ONNX states them: all beginnings, then all ends. */
  private surrounded(node: GraphNode, x: Values): Values {
    const pads = this.constant(node.inputs[1])
    const made = zeros(x.dims.map((extent, axis) => extent + pads[axis] + pads[axis + x.dims.length]))
    paddedPositions(x.dims, made.dims, pads).forEach((at, index) => (made.data[at] = x.data[index]))
    return made
  }

  private pooled(node: GraphNode, x: Values): Values {
    const kernel = numbersAttribute(node, 'kernel_shape') ?? x.dims.slice(2)
    const made = zeros(
      node.opType === 'GlobalAveragePool'
        ? [1, x.dims[1], ...kernel.map(() => 1)]
        : outputDims(node, x.dims, kernel, x.dims[1])
    )
    this.values.set(node.outputs[0], made)
    this.pool(node, (output, input, weight) => (made.data[output] += weight * x.data[input]))
    return made
  }

  /** Visits what a pooling node reads with its weight: 1 for the first maximum of a window, a fraction for a mean. */
  pool(node: GraphNode, visit: (output: number, input: number, weight: number) => void): void {
    const x = this.value(node.inputs[0])
    const made = this.value(node.outputs[0])
    const kernel = [...(numbersAttribute(node, 'kernel_shape') ?? x.dims.slice(2))]
    const pairs = windowPairs(node, x.dims, made.dims, kernel)
    const [wide, narrow] = [size(x.dims.slice(2)), size(made.dims.slice(2))]
    const countsPadding = numberAttribute(node, 'count_include_pad', 0) !== 0
    for (let channel = 0; channel < x.dims[1]; channel++) {
      for (let from = 0; from < pairs.length;) {
        let to = from
        while (to < pairs.length && pairs[to] === pairs[from]) to += 3
        const inputs = Array.from(
          { length: (to - from) / 3 },
          (_, index) => channel * wide + pairs[from + 3 * index + 1]
        )
        const output = channel * narrow + pairs[from]
        if (node.opType === 'MaxPool')
          visit(
            output,
            inputs.reduce((best, at) => (x.data[at] > x.data[best] ? at : best)),
            1
          )
        else for (const input of inputs) visit(output, input, 1 / (countsPadding ? size(kernel) : inputs.length))
        from = to
      }
    }
  }
}
