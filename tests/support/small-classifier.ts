import type { NewConstant, NewNode } from '@engine/graph/encode'
import type { ElementType } from '@engine/graph/model'
import { drawValues, floatInput, node, type TinyGraph, tinyModel } from './tiny-graphs'

/** A weight of the small classifier, the same in every precision. */
function weight(name: string, dims: readonly number[], elementType: ElementType): NewConstant {
  const count = dims.reduce((product, size) => product * size, 1)
  const values = Float32Array.from(drawValues(count, 'plain', name.length), (value) => Math.round(value * 32) / 64)
  return { name, dims, elementType, values }
}

/** From a channels-first image `from` to three logits `y`: convolution, ReLU, mean over space, a dense layer. */
export function classifierNodes(from: string): NewNode[] {
  return [
    node('Conv', [from, 'kernel', 'offset'], 'c', { pads: [1, 1, 1, 1] }),
    node('Relu', ['c'], 'r'),
    node('GlobalAveragePool', ['r'], 'g'),
    node('Flatten', ['g'], 'f'),
    node('Gemm', ['f', 'dense', 'shift'], 'y', { transB: 1 })
  ]
}

/** Weights of the small classifier for an image of some channels. */
export function classifierWeights(channels: number, elementType: ElementType = 'float32'): NewConstant[] {
  return [
    weight('kernel', [4, channels, 3, 3], elementType),
    weight('offset', [4], elementType),
    weight('dense', [3, 4], elementType),
    weight('shift', [3], elementType)
  ]
}

/** The small classifier as a file: `[N, 3, 8, 8]` float32 to `[N, 3]`, changed as a test wants it. */
export function smallClassifier(change: Partial<TinyGraph> = {}): Uint8Array {
  return tinyModel({
    nodes: classifierNodes('x'),
    constants: classifierWeights(3),
    inputs: [floatInput('x', ['N', 3, 8, 8])],
    outputs: [floatInput('y', ['N', 3])],
    ...change
  })
}
