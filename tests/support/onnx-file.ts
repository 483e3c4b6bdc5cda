import { BinaryWriter } from '@bufbuild/protobuf/wire'
import { encodeConstant, encodeNode, encodeValueInfo, type NewAttribute, type NewConstant } from '@engine/graph/encode'
import { graphField, modelField } from '@engine/graph/layout'
import type { ValueInfo } from '@engine/graph/model'

export interface GraphPlan {
  readonly nodes: readonly PlannedNode[]
  readonly constants?: readonly NewConstant[]
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly opset?: number
}

export interface PlannedNode {
  readonly opType: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly name?: string
  readonly domain?: string
  readonly attributes?: Readonly<Record<string, NewAttribute>>
  /** A body graph by attribute name, for Loop and If. */
  readonly bodies?: Readonly<Record<string, GraphPlan>>
}

/** A float32 constant. */
export const floats = (name: string, dims: readonly number[], values: ArrayLike<number>): NewConstant => ({
  name,
  dims,
  elementType: 'float32',
  values: Float32Array.from(values)
})

/** An int64 constant. */
export const integers = (name: string, dims: readonly number[], values: readonly (number | bigint)[]): NewConstant => ({
  name,
  dims,
  elementType: 'int64',
  values: BigInt64Array.from(values, BigInt)
})

/** Input or output of type float32; a name stands for a free size. */
export const floatPort = (name: string, dims: ValueInfo['dims']): ValueInfo => ({ name, elementType: 'float32', dims })

/** A serialised ONNX model written field by field: small crafted graphs for tests and benchmarks. */
export function onnxFile(plan: GraphPlan): Uint8Array {
  const opset = new BinaryWriter().tag(2, 0).int64(plan.opset ?? 17)
  return new BinaryWriter()
    .tag(modelField.irVersion, 0)
    .int64(8)
    .tag(modelField.opsetImport, 2)
    .bytes(opset.finish())
    .tag(modelField.graph, 2)
    .bytes(encodeGraph(plan))
    .finish()
}

function encodeGraph({ nodes, constants = [], inputs, outputs }: GraphPlan): Uint8Array {
  const writer = new BinaryWriter()
  const each = <Item>(
    field: number,
    items: readonly Item[],
    encode: (item: Item, index: number) => Uint8Array
  ): void => {
    items.forEach((item, index) => writer.tag(field, 2).bytes(encode(item, index)))
  }
  each(graphField.node, nodes, encodePlanned)
  writer.tag(2, 2).string('crafted')
  each(graphField.initializer, constants, encodeConstant)
  each(graphField.input, inputs, encodeValueInfo)
  each(graphField.output, outputs, encodeValueInfo)
  return writer.finish()
}

function encodePlanned(node: PlannedNode, index: number): Uint8Array {
  const { opType, inputs, outputs, domain = '', attributes = {}, bodies = {} } = node
  const encoded = encodeNode({ opType, name: node.name ?? `${opType}_${index}`, domain, inputs, outputs, attributes })
  const writer = new BinaryWriter().raw(encoded)
  for (const [name, body] of Object.entries(bodies)) {
    // AttributeProto: name = 1, type = 20 (GRAPH = 5), g = 6; NodeProto.attribute = 5.
    const attribute = new BinaryWriter().tag(1, 2).string(name).tag(20, 0).int32(5).tag(6, 2).bytes(encodeGraph(body))
    writer.tag(5, 2).bytes(attribute.finish())
  }
  return writer.finish()
}
