import type { Explainable } from '@engine/attribution/explainable'
import { numberAttribute, numbersAttribute } from '@engine/graph/attributes'
import { floatsOf } from '@engine/graph/constant'
import { sizesWithoutBatch } from '@engine/graph/layers'
import type { GraphNode, ProbedModel } from '@engine/graph/model'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** A layer at batch one, in double precision: `backward` belongs to the last `forward`. */
interface Layer {
  forward(x: Float64Array): Float64Array
  backward(gradient: Float64Array): Float64Array
}

/** What a plan of a layer is made from: sizes without the batch, channels in front. */
interface Place {
  readonly model: ProbedModel
  readonly node: GraphNode
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/**
 * The float64 twin of a network whose nodes follow each other in one line (convolutions, normalisation, pooling, ReLU and leaky ReLU,
 * padding, dense layers; images and volumes), written by hand: where float32 puts a maximum or the side of a kink wrong, it says
 * which is right.
 */
export function float64Network(
  model: ProbedModel,
  logits: string,
  ends: Pick<Explainable, 'black' | 'white'>
): Explainable {
  const layers: Layer[] = []
  const input = model.inputs[0].name
  for (let tensor = input; tensor !== logits;) {
    const node = model.nodes.find(({ inputs }) => inputs[0] === tensor)
    const make = node === undefined ? undefined : makers[node.opType]
    if (node === undefined || make === undefined) throw new Error(`The twin stops at ${tensor}: ${node?.opType}.`)
    const [from, to] = [tensor, node.outputs[0]].map((name) => sizesWithoutBatch(model, name))
    layers.push(make({ model, node, from, to }))
    tensor = node.outputs[0]
  }
  const scoresOf = (row: Float32Array): Float64Array =>
    layers.reduce<Float64Array>((x, layer) => layer.forward(x), Float64Array.from(row))
  const gradientOf = (start: Float32Array): Float64Array =>
    layers.reduceRight<Float64Array>((gradient, layer) => layer.backward(gradient), Float64Array.from(start))
  const inputShape = sizesWithoutBatch(model, input)
  const outputs = elementCount(sizesWithoutBatch(model, logits))
  return {
    ...ends,
    inputShape,
    outputs,
    layers: [],
    layer: noLayers,
    biasedLayers: () => [],
    predictFrom: ({ layer }) => noLayers(layer),
    predict: (batch) => Promise.resolve(joined(rowsOf(batch).map(scoresOf), [outputs])),
    backward: (request) => {
      const runs = rowsOf(request.input).map((row) => ({
        scores: scoresOf(row),
        gradient: gradientOf(request.start.data)
      }))
      const gradients = joined(
        runs.map(({ gradient }) => gradient),
        inputShape
      )
      return Promise.resolve({
        scores: joined(
          runs.map(({ scores }) => scores),
          [outputs]
        ),
        gradients: new Map([['input', gradients]]),
        activations: new Map()
      })
    }
  }
}

function noLayers(tensor: string): never {
  throw new Error(`The twin has no layer ${tensor}.`)
}

function rowsOf({ data, shape: [rows] }: Tensor): Float32Array[] {
  const size = data.length / rows
  return Array.from({ length: rows }, (_, index) => data.subarray(index * size, (index + 1) * size))
}

const joined = (rows: readonly Float64Array[], rest: readonly number[]): Tensor => ({
  data: Float32Array.from(rows.flatMap((row) => [...row])),
  shape: [rows.length, ...rest]
})

const makers: Readonly<Record<string, (place: Place) => Layer>> = {
  Relu: () => kinked(0),
  LeakyRelu: ({ node }) => kinked(numberAttribute(node, 'alpha', 0.01)),
  Flatten: () => ({ forward: (x) => x, backward: (gradient) => gradient }),
  Conv: convolution,
  BatchNormalization: normalisation,
  MaxPool: maximum,
  AveragePool: average,
  Pad: padding,
  Gemm: dense
}

function weightsOf({ model, node }: Place, index: number, count: number): Float64Array {
  const constant = model.constants.get(node.inputs[index])
  return constant === undefined ? new Float64Array(count) : Float64Array.from(floatsOf(constant))
}

/** For every offset in the kernel, which output place reads which input place: pairs, one behind the other. */
function readings({ node, from, to }: Place): Int32Array[] {
  const [inside, outside] = [from.slice(1), to.slice(1)]
  const kernel = numbersAttribute(node, 'kernel_shape') ?? []
  const strides = numbersAttribute(node, 'strides') ?? kernel.map(() => 1)
  const pads = numbersAttribute(node, 'pads') ?? kernel.map(() => 0)
  return Array.from({ length: elementCount(kernel) }, (_, offset) => {
    const shift = coordinates(offset, kernel)
    const pairs: number[] = []
    for (let out = 0; out < elementCount(outside); out++) {
      const at = coordinates(out, outside).map((place, axis) => place * strides[axis] + shift[axis] - pads[axis])
      if (at.every((place, axis) => place >= 0 && place < inside[axis])) pairs.push(out, flatIndex(at, inside))
    }
    return Int32Array.from(pairs)
  })
}

function coordinates(index: number, sizes: readonly number[]): number[] {
  let rest = index
  return sizes
    .toReversed()
    .map((size) => {
      const at = rest % size
      rest = Math.floor(rest / size)
      return at
    })
    .toReversed()
}

const flatIndex = (at: readonly number[], sizes: readonly number[]): number =>
  at.reduce((index, place, axis) => index * sizes[axis] + place, 0)

function convolution(place: Place): Layer {
  const { from, to } = place
  const reads = readings(place)
  const kernel = weightsOf(place, 1, 0)
  const bias = weightsOf(place, 2, to[0])
  const [inner, outer] = [elementCount(from.slice(1)), elementCount(to.slice(1))]
  /** Adds to the outputs (side 0) what the inputs give, or to the inputs (side 1) what the outputs give back. */
  const spread = (source: Float64Array, target: Float64Array, side: 0 | 1): Float64Array => {
    for (let o = 0; o < to[0]; o++) {
      for (let c = 0; c < from[0]; c++) {
        const [into, outOf] = side === 0 ? [o * outer, c * inner] : [c * inner, o * outer]
        for (let offset = 0; offset < reads.length; offset++) {
          const pairs = reads[offset]
          const weight = kernel[(o * from[0] + c) * reads.length + offset]
          for (let k = 0; k < pairs.length; k += 2)
            target[into + pairs[k + side]] += weight * source[outOf + pairs[k + 1 - side]]
        }
      }
    }
    return target
  }
  return {
    forward: (x) =>
      spread(
        x,
        Float64Array.from({ length: to[0] * outer }, (_, index) => bias[Math.floor(index / outer)]),
        0
      ),
    backward: (gradient) => spread(gradient, new Float64Array(from[0] * inner), 1)
  }
}

function normalisation(place: Place): Layer {
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((index) => weightsOf(place, index, place.from[0]))
  const epsilon = numberAttribute(place.node, 'epsilon', 1e-5)
  const size = elementCount(place.from.slice(1))
  const slope = scale.map((value, channel) => value / Math.sqrt(variance[channel] + epsilon))
  const of = (index: number): number => Math.floor(index / size)
  return {
    forward: (x) => x.map((value, index) => (value - mean[of(index)]) * slope[of(index)] + shift[of(index)]),
    backward: (gradient) => gradient.map((value, index) => value * slope[of(index)])
  }
}

/** The first maximum of each window gets all. */
function maximum(place: Place): Layer {
  const reads = readings(place)
  const [inner, outer] = [elementCount(place.from.slice(1)), elementCount(place.to.slice(1))]
  const channels = place.to[0]
  const winners = new Int32Array(channels * outer)
  return {
    forward: (x) => {
      const y = new Float64Array(channels * outer).fill(-Infinity)
      for (let channel = 0; channel < channels; channel++) {
        for (const pairs of reads) {
          for (let k = 0; k < pairs.length; k += 2) {
            const [out, read] = [channel * outer + pairs[k], channel * inner + pairs[k + 1]]
            if (x[read] <= y[out]) continue
            y[out] = x[read]
            winners[out] = read
          }
        }
      }
      return y
    },
    backward: (gradient) => {
      const back = new Float64Array(channels * inner)
      winners.forEach((read, out) => (back[read] += gradient[out]))
      return back
    }
  }
}

/** Without padding: every window has the whole kernel. */
function average(place: Place): Layer {
  const reads = readings(place)
  const [inner, outer] = [elementCount(place.from.slice(1)), elementCount(place.to.slice(1))]
  const channels = place.to[0]
  const spread = (source: Float64Array, target: Float64Array, from: 0 | 1): Float64Array => {
    const [sourceSize, targetSize] = from === 1 ? [inner, outer] : [outer, inner]
    for (let channel = 0; channel < channels; channel++) {
      for (const pairs of reads) {
        for (let k = 0; k < pairs.length; k += 2)
          target[channel * targetSize + pairs[k + 1 - from]] +=
            source[channel * sourceSize + pairs[k + from]] / reads.length
      }
    }
    return target
  }
  return {
    forward: (x) => spread(x, new Float64Array(channels * outer), 1),
    backward: (gradient) => spread(gradient, new Float64Array(channels * inner), 0)
  }
}

/** Zeros in front and behind; the amounts were measured. */
function padding({ model, node, from, to }: Place): Layer {
  const amounts = model.integers.get(node.inputs[1]) ?? numbersAttribute(node, 'pads') ?? []
  const before = amounts.slice(1, to.length + 1)
  const target = Int32Array.from({ length: elementCount(from) }, (_, index) =>
    flatIndex(
      coordinates(index, from).map((place, axis) => place + before[axis]),
      to
    )
  )
  return {
    forward: (x) => {
      const y = new Float64Array(elementCount(to))
      x.forEach((value, index) => (y[target[index]] = value))
      return y
    },
    backward: (gradient) => Float64Array.from(target, (index) => gradient[index])
  }
}

/** x where positive, slope · x elsewhere; an exact 0 takes the slope. */
function kinked(slope: number): Layer {
  let open = new Uint8Array(0)
  return {
    forward: (x) => {
      open = Uint8Array.from(x, (value) => (value > 0 ? 1 : 0))
      return x.map((value) => (value > 0 ? value : slope * value))
    },
    backward: (gradient) => gradient.map((value, index) => (open[index] === 1 ? value : slope * value))
  }
}

/** Weights `[outputs, inputs]` (transB). */
function dense(place: Place): Layer {
  const [outputs] = place.to
  const weights = weightsOf(place, 1, 0)
  const bias = weightsOf(place, 2, outputs)
  const inputs = weights.length / outputs
  return {
    forward: (x) =>
      bias.map((value, out) => x.reduce((sum, one, index) => sum + weights[out * inputs + index] * one, value)),
    backward: (gradient) =>
      Float64Array.from({ length: inputs }, (_, index) =>
        gradient.reduce((sum, value, out) => sum + weights[out * inputs + index] * value, 0)
      )
  }
}
