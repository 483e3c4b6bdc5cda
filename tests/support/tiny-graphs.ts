import { create, toBinary } from '@bufbuild/protobuf'
import {
  encodeConstant,
  encodeNode,
  encodeValueInfo,
  lengthPrefix,
  type NewAttribute,
  type NewConstant,
  type NewNode
} from '@engine/graph/encode'
import { graphField, modelField } from '@engine/graph/layout'
import { type ElementType, joinParts, type ValueInfo } from '@engine/graph/model'
import { ModelProtoSchema } from '@engine/graph/onnx_pb'
import { randomStream } from '@engine/tensor/random'

/** A model written node by node for a test. */
export interface TinyGraph {
  readonly opset?: number
  readonly irVersion?: number
  readonly nodes: readonly NewNode[]
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly constants?: readonly NewConstant[]
  /** Lists the constants among the inputs, as files before IR version 4 do. */
  readonly constantsAsInputs?: boolean
  readonly producer?: string
  readonly metadata?: Readonly<Record<string, string>>
  /** Operator sets beside the standard one. */
  readonly opsets?: readonly { readonly domain: string; readonly version: number }[]
}

/** The serialised ModelProto. */
export function tinyModel(graph: TinyGraph): Uint8Array {
  const constants = graph.constants ?? []
  const listed = graph.constantsAsInputs
    ? constants.map(({ name, elementType, dims }) => ({ name, elementType, dims: [...dims] }))
    : []
  const field = (number: number, contents: readonly Uint8Array[]): Uint8Array[] =>
    contents.flatMap((content) => [lengthPrefix(number, content.length), content])
  const body = joinParts([
    ...field(graphField.node, graph.nodes.map(encodeNode)),
    ...field(2, [new TextEncoder().encode('tiny')]),
    ...field(graphField.initializer, constants.map(encodeConstant)),
    ...field(graphField.input, [...graph.inputs, ...listed].map(encodeValueInfo)),
    ...field(graphField.output, graph.outputs.map(encodeValueInfo))
  ])
  const header = create(ModelProtoSchema, {
    irVersion: BigInt(graph.irVersion ?? 8),
    producerName: graph.producer ?? 'tests',
    opsetImport: [
      { domain: '', version: BigInt(graph.opset ?? 17) },
      ...(graph.opsets ?? []).map(({ domain, version }) => ({ domain, version: BigInt(version) }))
    ],
    metadataProps: Object.entries(graph.metadata ?? {}).map(([key, value]) => ({ key, value }))
  })
  return joinParts([toBinary(ModelProtoSchema, header), lengthPrefix(modelField.graph, body.length), body])
}

/** A node with one output named like itself. */
export function node(
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, NewAttribute>> = {}
): NewNode {
  return { opType, name: output, inputs, outputs: [output], attributes }
}

/** A float input whose first axis is the batch when it is named `'N'`. */
export function floatInput(
  name: string,
  dims: readonly (number | string)[],
  elementType: ElementType = 'float32'
): ValueInfo {
  return { name, elementType, dims }
}

/** A float output of undeclared shape. */
export function floatOutput(name: string, elementType: ElementType = 'float32'): ValueInfo {
  return { name, elementType, dims: null }
}

/** A float32 constant. */
export function floats(name: string, dims: readonly number[], values: ArrayLike<number>): NewConstant {
  return { name, dims, elementType: 'float32', values: Float32Array.from(values) }
}

/** A 1-D int64 constant (a scalar for a single number). */
export function int64s(name: string, values: readonly number[] | number): NewConstant {
  const list = typeof values === 'number' ? [values] : values
  return {
    name,
    dims: typeof values === 'number' ? [] : [list.length],
    elementType: 'int64',
    values: BigInt64Array.from(list, BigInt)
  }
}

/** How test values are drawn. */
export type Draw =
  /** Uniform in [-2, 2). */
  | 'plain'
  /** Uniform in [0.5, 2.5). */
  | 'positive'
  /** Distinct values on a grid of 0.05, none nearer to 0 than half of it: far from every kink and tie. */
  | 'apart'

/** Seeded values for a test tensor. */
export function drawValues(count: number, draw: Draw, seed: number): Float32Array {
  const random = randomStream(seed, draw, count)
  if (draw === 'apart') {
    const order = Array.from({ length: count }, (_, index) => index)
    for (let index = count - 1; index > 0; index--) {
      const other = random.integer(index + 1)
      ;[order[index], order[other]] = [order[other], order[index]]
    }
    return Float32Array.from(order, (place) => (place - Math.floor(count / 2) + 0.5) * 0.05)
  }
  const [low, width] = draw === 'positive' ? [0.5, 2] : [-2, 4]
  return Float32Array.from({ length: count }, () => low + width * random.uniform())
}
