import type { NewConstant, NewNode } from '@engine/graph/encode'
import { encodeModel } from '@engine/graph/encode-model'

/** A network whose gradient is known without computing it. */
export interface Phantom {
  readonly name: string
  readonly onnx: Uint8Array
  readonly input: Float32Array
  /** `[1, channels, rows, columns]`. */
  readonly shape: readonly number[]
  /** Gradient of output 0 at that input. */
  readonly gradient: Float32Array
  /** Scores of both outputs there. */
  readonly scores: readonly number[]
}

/** Two outputs, each a weighted sum of the six pixels: the gradient is the weights, whatever the image. */
export function linearPhantom(): Phantom {
  const weights = [
    [0.5, -1, 2, 0.25, -3, 1.5],
    [1, 1, -1, 0, 0.5, -0.5]
  ]
  const input = Float32Array.from([1, 2, -1, 4, 0.5, -2])
  const table = Array.from({ length: 12 }, (_, index) => weights[index % 2][index >> 1])
  const onnx = phantomModel(
    [
      { opType: 'Flatten', name: 'flat', inputs: ['x'], outputs: ['flat'], attributes: {} },
      { opType: 'Gemm', name: 'y', inputs: ['flat', 'w', 'b'], outputs: ['y'], attributes: {} }
    ],
    [constant('w', [6, 2], table), constant('b', [2], [0.125, -0.25])],
    [1, 2, 3]
  )
  const score = (output: number, bias: number): number =>
    input.reduce((sum, value, index) => sum + value * weights[output][index], bias)
  return {
    name: 'weighted sum of the pixels',
    onnx,
    input,
    shape: [1, 1, 2, 3],
    gradient: Float32Array.from(weights[0]),
    scores: [score(0, 0.125), score(1, -0.25)]
  }
}

/** Mean of a 3 × 3 convolution of ones, padded by 1, after a ReLU that is open everywhere: a pixel's gradient counts its neighbours. */
export function convolutionPhantom(): Phantom {
  const size = 5
  const input = Float32Array.from({ length: size * size }, (_, index) => 1 + (index % 7))
  const onnx = phantomModel(
    [
      { opType: 'Conv', name: 'c', inputs: ['x', 'k'], outputs: ['c'], attributes: { pads: [1, 1, 1, 1] } },
      { opType: 'Relu', name: 'r', inputs: ['c'], outputs: ['r'], attributes: {} },
      { opType: 'GlobalAveragePool', name: 'p', inputs: ['r'], outputs: ['p'], attributes: {} },
      { opType: 'Flatten', name: 'y', inputs: ['p'], outputs: ['y'], attributes: {} }
    ],
    [constant('k', [2, 1, 3, 3], [...new Array<number>(9).fill(1), ...new Array<number>(9).fill(0.5)])],
    [1, size, size]
  )
  const along = (place: number): number => (place === 0 || place === size - 1 ? 2 : 3)
  const gradient = Float32Array.from(
    input,
    (_, index) => (along(index % size) * along(Math.floor(index / size))) / size ** 2
  )
  const score = input.reduce((sum, value, index) => sum + value * gradient[index], 0)
  return { name: 'mean of a convolution', onnx, input, shape: [1, 1, size, size], gradient, scores: [score, score / 2] }
}

const constant = (name: string, dims: readonly number[], values: readonly number[]): NewConstant => ({
  name,
  dims,
  elementType: 'float32',
  values: Float32Array.from(values)
})

/** A model file of an image `x` `[N, …]` with scores `y` `[N, 2]`. */
const phantomModel = (
  nodes: readonly NewNode[],
  constants: readonly NewConstant[],
  image: readonly number[]
): Uint8Array =>
  encodeModel({
    name: 'phantom',
    nodes,
    constants,
    input: { name: 'x', elementType: 'float32', dims: ['N', ...image] },
    output: { name: 'y', elementType: 'float32', dims: ['N', 2] }
  })
