import type { Explainable } from '@engine/attribution/explainable'
import { numbersAttribute } from '@engine/graph/attributes'
import { floatsOf } from '@engine/graph/constant'
import type { GraphModel, GraphNode } from '@engine/graph/model'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** A layer of a chain at batch one, in double precision: `backward` belongs to the last `forward`. */
interface Layer {
  forward(x: Float64Array): Float64Array
  backward(gradient: Float64Array): Float64Array
}

interface Planned {
  readonly layer: Layer
  /** Without the batch axis. */
  readonly shape: readonly number[]
}

/**
 * The float64 twin of a chain of Conv, Relu, MaxPool, AveragePool, Flatten and Gemm, written by hand for images: where float32
 * puts a maximum or the sign of a ReLU on the other side, it says which side is right.
 */
export function float64Chain(
  model: GraphModel,
  logits: string,
  ends: Pick<Explainable, 'black' | 'white'>
): Explainable {
  const inputShape = (model.inputs[0].dims ?? []).slice(1).map(Number)
  const layers: Layer[] = []
  let tensor = model.inputs[0].name
  let shape: readonly number[] = inputShape
  while (tensor !== logits) {
    const node = model.nodes.find(({ inputs }) => inputs[0] === tensor) as GraphNode
    const planned = plan(model, node, shape)
    layers.push(planned.layer)
    shape = planned.shape
    tensor = node.outputs[0]
  }
  const outputs = elementCount(shape)
  const scoresOf = (row: Float32Array): Float64Array =>
    layers.reduce<Float64Array>((x, layer) => layer.forward(x), Float64Array.from(row))
  const rowsOf = ({ data, shape: [rows] }: Tensor): Float32Array[] =>
    Array.from({ length: rows }, (_, index) =>
      data.subarray((index * data.length) / rows, ((index + 1) * data.length) / rows)
    )
  const joined = (rows: readonly Float64Array[], rest: readonly number[]): Tensor => ({
    data: Float32Array.from(rows.flatMap((row) => [...row])),
    shape: [rows.length, ...rest]
  })
  return {
    ...ends,
    inputShape,
    outputs,
    layers: [],
    predict: (batch) => Promise.resolve(joined(rowsOf(batch).map(scoresOf), [outputs])),
    backward: ({ input, start }) => {
      const scores: Float64Array[] = []
      const gradients = rowsOf(input).map((row) => {
        scores.push(scoresOf(row))
        return layers.reduceRight<Float64Array>(
          (gradient, layer) => layer.backward(gradient),
          Float64Array.from(start.data)
        )
      })
      return Promise.resolve({
        scores: joined(scores, [outputs]),
        gradients: new Map([['input', joined(gradients, inputShape)]]),
        activations: new Map()
      })
    }
  }
}

function plan(model: GraphModel, node: GraphNode, shape: readonly number[]): Planned {
  const weight = (index: number): Float64Array => {
    const constant = model.constants.get(node.inputs[index])
    if (constant === undefined) throw new Error(`${node.name} has no constant input ${index}`)
    return Float64Array.from(floatsOf(constant))
  }
  switch (node.opType) {
    case 'Relu':
      return { layer: relu(), shape }
    case 'Flatten':
      return { layer: { forward: (x) => x, backward: (g) => g }, shape: [elementCount(shape)] }
    case 'Gemm':
      return { layer: dense(weight(1), weight(2)), shape: [weight(2).length] }
    case 'Conv': {
      const out = [weight(2).length, ...windowed(node, shape)]
      return { layer: linear(taps(node, shape, out, weight(1)), weight(2), elementCount(shape)), shape: out }
    }
    case 'AveragePool': {
      const out = [shape[0], ...windowed(node, shape)]
      return { layer: linear(taps(node, shape, out, null), new Float64Array(out[0]), elementCount(shape)), shape: out }
    }
    case 'MaxPool': {
      const out = [shape[0], ...windowed(node, shape)]
      return { layer: maximum(taps(node, shape, out, null), elementCount(shape)), shape: out }
    }
    default:
      throw new Error(`The chain does not know ${node.opType}.`)
  }
}

function windowed(node: GraphNode, [, ...spatial]: readonly number[]): number[] {
  const kernel = numbersAttribute(node, 'kernel_shape') ?? []
  const strides = numbersAttribute(node, 'strides') ?? [1, 1]
  const pads = numbersAttribute(node, 'pads') ?? [0, 0, 0, 0]
  return spatial.map(
    (size, axis) => Math.floor((size + pads[axis] + pads[axis + 2] - kernel[axis]) / strides[axis]) + 1
  )
}

/** What each output reads: indices of the input with their weights, one list after the other; output k owns `starts[k] … starts[k + 1]`. */
interface Taps {
  readonly outputs: number
  readonly starts: Int32Array
  readonly from: Int32Array
  readonly weights: Float64Array
}

/** Of a convolution, or (without a kernel) of a pooling window, whose weights average. */
function taps(
  node: GraphNode,
  [channels, height, width]: readonly number[],
  out: readonly number[],
  kernel: Float64Array | null
): Taps {
  const [kh, kw] = numbersAttribute(node, 'kernel_shape') ?? []
  const strides = numbersAttribute(node, 'strides') ?? [1, 1]
  const pads = numbersAttribute(node, 'pads') ?? [0, 0, 0, 0]
  const starts = [0]
  const read: number[] = []
  const by: number[] = []
  for (let o = 0; o < out[0]; o++) {
    for (let y = 0; y < out[1]; y++) {
      for (let x = 0; x < out[2]; x++) {
        for (const c of kernel === null ? [o] : Array.from({ length: channels }, (_, index) => index)) {
          for (let ky = 0; ky < kh; ky++) {
            for (let kx = 0; kx < kw; kx++) {
              const [row, column] = [y * strides[0] + ky - pads[0], x * strides[1] + kx - pads[1]]
              if (!inside(row, height) || !inside(column, width)) continue
              read.push((c * height + row) * width + column)
              by.push(kernel === null ? 1 / (kh * kw) : kernel[((o * channels + c) * kh + ky) * kw + kx])
            }
          }
        }
        starts.push(read.length)
      }
    }
  }
  return {
    outputs: elementCount(out),
    starts: Int32Array.from(starts),
    from: Int32Array.from(read),
    weights: Float64Array.from(by)
  }
}

const inside = (position: number, size: number): boolean => position >= 0 && position < size

/** A linear layer of taps; one bias per output channel. */
function linear({ outputs, starts, from, weights }: Taps, bias: Float64Array, inputs: number): Layer {
  const perChannel = outputs / bias.length
  return {
    forward: (x) => {
      const y = new Float64Array(outputs)
      for (let out = 0; out < outputs; out++) {
        let sum = bias[Math.floor(out / perChannel)]
        for (let tap = starts[out]; tap < starts[out + 1]; tap++) sum += x[from[tap]] * weights[tap]
        y[out] = sum
      }
      return y
    },
    backward: (gradient) => {
      const back = new Float64Array(inputs)
      for (let out = 0; out < outputs; out++) {
        for (let tap = starts[out]; tap < starts[out + 1]; tap++) back[from[tap]] += gradient[out] * weights[tap]
      }
      return back
    }
  }
}

/** The first maximum of each window gets all. */
function maximum({ outputs, starts, from }: Taps, inputs: number): Layer {
  const winners = new Int32Array(outputs)
  return {
    forward: (x) => {
      for (let out = 0; out < outputs; out++) {
        winners[out] = from[starts[out]]
        for (let tap = starts[out]; tap < starts[out + 1]; tap++)
          if (x[from[tap]] > x[winners[out]]) winners[out] = from[tap]
      }
      return Float64Array.from(winners, (index) => x[index])
    },
    backward: (gradient) => {
      const back = new Float64Array(inputs)
      winners.forEach((index, out) => (back[index] += gradient[out]))
      return back
    }
  }
}

function relu(): Layer {
  let open = new Uint8Array(0)
  return {
    forward: (x) => {
      open = Uint8Array.from(x, (value) => (value > 0 ? 1 : 0))
      return x.map((value) => Math.max(0, value))
    },
    backward: (gradient) => gradient.map((value, index) => value * open[index])
  }
}

/** Weights `[outputs, inputs]` (transB). */
function dense(weights: Float64Array, bias: Float64Array): Layer {
  const inputs = weights.length / bias.length
  const row = (out: number): Float64Array => weights.subarray(out * inputs, (out + 1) * inputs)
  return {
    forward: (x) => bias.map((value, out) => row(out).reduce((sum, weight, index) => sum + weight * x[index], value)),
    backward: (gradient) => {
      const back = new Float64Array(inputs)
      gradient.forEach((value, out) => row(out).forEach((weight, index) => (back[index] += value * weight)))
      return back
    }
  }
}
