import { create, toBinary } from '@bufbuild/protobuf'
import { dataTypeOf } from '@engine/graph/element-types'
import type { ElementType } from '@engine/graph/model'
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  type FunctionProto,
  FunctionProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema
} from '@engine/graph/onnx_pb'

/** A value of an attribute; a string that starts with `@` refers to an attribute of the function. */
type Value = number | string | readonly number[] | { readonly float: number } | { readonly graph: GraphProto }

/** A node for a nested graph; several outputs are joined with commas, and so may inputs be. */
export function call(
  opType: string,
  inputs: string,
  outputs: string,
  attributes: Readonly<Record<string, Value>> = {}
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    name: `${opType}_${outputs}`,
    input: inputs === '' ? [] : inputs.split(','),
    output: outputs.split(','),
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value))
  })
}

/** The same node in another domain than ONNX's own. */
export function inDomain(domain: string, node: NodeProto): NodeProto {
  node.domain = domain
  return node
}

function attribute(name: string, value: Value): AttributeProto {
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) })
  if (typeof value === 'string' && value.startsWith('@'))
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, refAttrName: value.slice(1) })
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) })
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float })
  if ('graph' in value) return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: value.graph })
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) })
}

/** A float attribute with a default, for a function. */
export function defaultFloat(name: string, value: number): AttributeProto {
  return attribute(name, { float: value })
}

/** A graph input or output with its type; sizes may be names, and without any the shape is left open. */
export function port(name: string, elementType: ElementType, dims?: readonly (number | string)[]): ValueInfoProto {
  const dim = dims?.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: size }
  }))
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: 'tensorType',
        value: { elemType: dataTypeOf(elementType), ...(dim === undefined ? {} : { shape: { dim } }) }
      }
    })
  })
}

/** An output that is a sequence of maps from class label to score. */
export function mapsPort(name: string): ValueInfoProto {
  const score = { value: { case: 'tensorType' as const, value: { elemType: dataTypeOf('float32') } } }
  const map = { value: { case: 'mapType' as const, value: { keyType: dataTypeOf('int64'), valueType: score } } }
  const type = create(TypeProtoSchema, { value: { case: 'sequenceType', value: { elemType: map } } })
  return create(ValueInfoProtoSchema, { name, type })
}

/** A float tensor. */
export function floatTensor(name: string, dims: readonly number[], values: readonly number[]): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: dataTypeOf('float32'),
    dims: dims.map(BigInt),
    floatData: [...values]
  })
}

/** An int64 tensor; a scalar for a single number. */
export function intTensor(name: string, values: number | readonly number[]): TensorProto {
  const list = typeof values === 'number' ? [values] : values
  return create(TensorProtoSchema, {
    name,
    dataType: dataTypeOf('int64'),
    dims: typeof values === 'number' ? [] : [BigInt(list.length)],
    int64Data: list.map(BigInt)
  })
}

/** A boolean scalar. */
export function boolTensor(name: string, value: boolean): TensorProto {
  return create(TensorProtoSchema, { name, dataType: dataTypeOf('bool'), int32Data: [value ? 1 : 0] })
}

export interface GraphParts {
  readonly nodes: readonly NodeProto[]
  readonly inputs?: readonly ValueInfoProto[]
  readonly outputs: readonly ValueInfoProto[]
  readonly tensors?: readonly TensorProto[]
}

/** A graph, also as a branch or a loop's body. */
export function graph({ nodes, inputs = [], outputs, tensors = [] }: GraphParts): GraphProto {
  return create(GraphProtoSchema, {
    name: 'body',
    node: [...nodes],
    input: [...inputs],
    output: [...outputs],
    initializer: [...tensors]
  })
}

/** A local function. */
export function localFunction(
  name: string,
  parts: { inputs: string; outputs: string; nodes: readonly NodeProto[]; defaults?: readonly AttributeProto[] }
): FunctionProto {
  return create(FunctionProtoSchema, {
    name,
    domain: 'local',
    input: parts.inputs.split(','),
    output: parts.outputs.split(','),
    node: [...parts.nodes],
    attributeProto: [...(parts.defaults ?? [])],
    opsetImport: imports(17, ['', 'local'])
  })
}

function imports(opset: number, domains: readonly string[]) {
  return domains.map((domain) =>
    create(OperatorSetIdProtoSchema, { domain, version: BigInt(domain === '' ? opset : 1) })
  )
}

/** A serialised model with nested graphs or local functions. */
export function nestedModel(
  parts: GraphParts & { functions?: readonly FunctionProto[]; opset?: number; domains?: readonly string[] }
): Uint8Array {
  const domains = ['', ...(parts.functions === undefined ? [] : ['local']), ...(parts.domains ?? [])]
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      producerName: 'tests',
      opsetImport: imports(parts.opset ?? 17, domains),
      graph: graph(parts),
      functions: [...(parts.functions ?? [])]
    })
  )
}
