import type { NewAttribute, NewConstant } from '@engine/graph/encode'
import { type RandomStream, randomStream } from '@engine/tensor/random'
import { floatPort, floats, onnxFile, type PlannedNode } from '../tests/support/onnx-file'

export interface ConvolutionPlan {
  readonly from: number
  readonly to: number
  readonly kernel: number
  readonly stride?: number
}

/** Writes a network layer by layer with seeded random weights, the way exporters leave it: Conv and BatchNormalization merged where they follow each other. */
export class NetworkBuilder {
  private readonly nodes: PlannedNode[] = []
  private readonly constants: NewConstant[] = []
  private readonly stream: RandomStream
  private serial = 0

  constructor(seed: number) {
    this.stream = randomStream(seed, 'benchmark network')
  }

  convolution(input: string, { from, to, kernel, stride = 1 }: ConvolutionPlan): string {
    const weight = this.weight([to, from, kernel, kernel], Math.sqrt(2 / (from * kernel * kernel)))
    const bias = this.weight([to], 0.02)
    const pad = (kernel - 1) >> 1
    return this.node('Conv', [input, weight, bias], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad]
    })
  }

  relu(input: string): string {
    return this.node('Relu', [input])
  }

  /** Normalisation that cannot be merged because a ReLU follows it. */
  normalization(input: string, channels: number): string {
    const filled = (value: number): string => this.constant([channels], new Float32Array(channels).fill(value))
    return this.node('BatchNormalization', [input, filled(1), filled(0.05), filled(0), filled(1)], {
      epsilon: { float: 1e-5 }
    })
  }

  maxPool(input: string, kernel: number, stride: number): string {
    const pad = (kernel - 1) >> 1
    return this.node('MaxPool', [input], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad]
    })
  }

  averagePool(input: string, kernel: number): string {
    return this.node('AveragePool', [input], { kernel_shape: [kernel, kernel], strides: [kernel, kernel] })
  }

  add(a: string, b: string): string {
    return this.node('Add', [a, b])
  }

  concat(parts: readonly string[]): string {
    return this.node('Concat', [...parts], { axis: 1 })
  }

  /** Global average pooling and one linear layer: the finished file. */
  classifier(input: string, { from, to, size }: { from: number; to: number; size: number }): Uint8Array {
    const flat = this.node('Flatten', [this.node('GlobalAveragePool', [input])])
    const weight = this.weight([to, from], Math.sqrt(1 / from))
    const bias = this.weight([to], 0.02)
    this.nodes.push({ opType: 'Gemm', inputs: [flat, weight, bias], outputs: ['output'], attributes: { transB: 1 } })
    return onnxFile({
      nodes: this.nodes,
      constants: this.constants,
      inputs: [floatPort('input', ['N', 3, size, size])],
      outputs: [floatPort('output', ['N', to])]
    })
  }

  private node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, NewAttribute>> = {}
  ): string {
    const output = this.name(opType)
    this.nodes.push({ opType, inputs, outputs: [output], attributes })
    return output
  }

  private weight(dims: readonly number[], deviation: number): string {
    const count = dims.reduce((product, size) => product * size, 1)
    return this.constant(
      dims,
      Float32Array.from({ length: count }, () => deviation * this.stream.normal())
    )
  }

  private constant(dims: readonly number[], values: Float32Array): string {
    const name = this.name('weight')
    this.constants.push(floats(name, dims, values))
    return name
  }

  private name(hint: string): string {
    this.serial += 1
    return `${hint}_${this.serial}`
  }
}
