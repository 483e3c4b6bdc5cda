import { create, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { dataTypeOf, type TypedValues } from './element-types'
import { float32ToFloat16 } from './float16'
import type { ElementType, ValueInfo } from './model'
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  ValueInfoProtoSchema
} from './onnx_pb'

/** An attribute to be written: a plain number is an integer, a float is wrapped, because ONNX tells the two apart. */
export type NewAttribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: Float32Array }
  | { readonly tensor: NewConstant }

/** A node to be written. */
export interface NewNode {
  readonly opType: string
  readonly name: string
  readonly domain?: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, NewAttribute>>
  /** Index of a node of the model this one is a copy of: its attributes are taken as they lie in the file. */
  readonly copyOf?: number
}

/** A tensor to be written; float values are converted to the element type. */
export interface NewConstant {
  readonly name: string
  readonly dims: readonly number[]
  readonly elementType: ElementType
  readonly values: TypedValues
}

const utf8 = new TextEncoder()

/** A serialised NodeProto. */
export function encodeNode(node: NewNode): Uint8Array {
  const attribute = Object.entries(node.attributes).map(([name, value]) => attributeProto(name, value))
  const { opType, name, domain = '', inputs, outputs } = node
  return toBinary(
    NodeProtoSchema,
    create(NodeProtoSchema, { opType, name, domain, input: [...inputs], output: [...outputs], attribute })
  )
}

function attributeProto(name: string, value: NewAttribute): AttributeProto {
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: utf8.encode(value) })
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) })
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float })
  if ('floats' in value)
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...value.floats] })
  if ('tensor' in value)
    return create(AttributeProtoSchema, { name, type: AttributeType.TENSOR, t: tensorProto(value.tensor) })
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) })
}

/** A serialised TensorProto with its values as raw bytes. */
export function encodeConstant(constant: NewConstant): Uint8Array {
  return toBinary(TensorProtoSchema, tensorProto(constant))
}

function tensorProto({ name, dims, elementType, values }: NewConstant): TensorProto {
  const own = toElementType(values, elementType)
  return create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: dataTypeOf(elementType),
    rawData: new Uint8Array(own.buffer, own.byteOffset, own.byteLength)
  })
}

function toElementType(values: TypedValues, elementType: ElementType): TypedValues {
  if (!(values instanceof Float32Array)) return values
  if (elementType === 'float16') return float32ToFloat16(values)
  return elementType === 'float64' ? Float64Array.from(values) : values
}

/** A serialised ValueInfoProto. A missing shape is left to ONNX Runtime to infer. */
export function encodeValueInfo(info: ValueInfo): Uint8Array {
  if (info.elementType === 'other')
    return toBinary(ValueInfoProtoSchema, create(ValueInfoProtoSchema, { name: info.name }))
  const dim = info.dims?.map((size) => {
    if (typeof size === 'number') return { value: { case: 'dimValue' as const, value: BigInt(size) } }
    return size === null ? {} : { value: { case: 'dimParam' as const, value: size } }
  })
  const value = { elemType: dataTypeOf(info.elementType), ...(dim === undefined ? {} : { shape: { dim } }) }
  const proto = create(ValueInfoProtoSchema, { name: info.name, type: { value: { case: 'tensorType', value } } })
  return toBinary(ValueInfoProtoSchema, proto)
}

/** Tag and length in front of `length` bytes of a length-delimited field. */
export function lengthPrefix(field: number, length: number): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish()
}
