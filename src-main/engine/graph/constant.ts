import { fromBinary } from '@bufbuild/protobuf'
import { WireType } from '@bufbuild/protobuf/wire'
import { Fault } from '@engine/fault'
import { float16ToFloat32 } from './float16'
import { elementTypeOf, type TypedValues, typedView } from './element-types'
import { type ExternalLocation, externalLocation, readExternal } from './external'
import { contentOf, joinFields, scanFields } from './layout'
import type { ElementType, ModelOrigin } from './model'
import { type TensorProto, TensorProto_DataLocation, TensorProtoSchema } from './onnx_pb'

/** Which part of the file makes a constant: an initializer (index among them) or a node (index in the node list). */
export type ConstantOrigin =
  { readonly kind: 'initializer'; readonly index: number } | { readonly kind: 'node'; readonly index: number }

/** A tensor known before the model runs. Its values are decoded when asked for. */
export interface Constant {
  readonly name: string
  readonly dims: readonly number[]
  readonly elementType: ElementType
  readonly origin: ConstantOrigin
  /** Where the values lie outside the model file, if they do. */
  readonly external: ExternalLocation | null
  /** The values, row major; float16 arrives as float32. Throws Fault `bad-model`, `external-weights`. */
  readonly values: () => TypedValues
}

const dataFields = new Set([4, 5, 6, 7, 9, 10, 11])
const rawDataField = 9
const floatDataField = 4

/** A constant from a serialised TensorProto; the values stay undecoded. */
export function constantFromBytes(bytes: Uint8Array, origin: ConstantOrigin, file: ModelOrigin): Constant {
  const fields = scanFields(bytes)
  const head = fields.filter((field) => !dataFields.has(field.number))
  const header = fromBinary(TensorProtoSchema, joinFields(bytes, head))
  const view = fields.find((field) => field.number === rawDataField && field.end > field.valueStart)
  const floats = fields.filter((field) => field.number === floatDataField)
  const packedFloats = floats.length === 1 && floats[0].wireType === WireType.LengthDelimited ? floats[0] : undefined
  return describe(header, origin, file, (elementType) => {
    if (view !== undefined) return typedView(contentOf(bytes, view), elementType)
    if (packedFloats !== undefined) return typedView(contentOf(bytes, packedFloats), elementType)
    return valuesOfMessage(fromBinary(TensorProtoSchema, bytes), elementType)
  })
}

/** A constant from a decoded TensorProto, as node attributes carry it. */
export function constantFromMessage(
  tensor: TensorProto,
  name: string,
  origin: ConstantOrigin,
  file: ModelOrigin
): Constant {
  const constant = describe(tensor, origin, file, (elementType) => valuesOfMessage(tensor, elementType))
  return { ...constant, name }
}

/** A constant with values computed by us, for example what a ConstantOfShape node would make. */
export function constantFromValues(
  name: string,
  dims: readonly number[],
  make: () => TypedValues,
  about: Pick<Constant, 'elementType' | 'origin'>
): Constant {
  return { name, dims, elementType: about.elementType, origin: about.origin, external: null, values: make }
}

function describe(
  header: TensorProto,
  origin: ConstantOrigin,
  file: ModelOrigin,
  decode: (type: ElementType) => TypedValues
): Constant {
  const elementType = elementTypeOf(header.dataType)
  const dims = header.dims.map(Number)
  const external = header.dataLocation === TensorProto_DataLocation.EXTERNAL ? externalLocation(header) : null
  const count = dims.reduce((product, size) => product * size, 1)

  function values(): TypedValues {
    const decoded = external === null ? decode(elementType) : typedView(readExternal(external, file), elementType)
    const usable = elementType === 'float16' ? float16ToFloat32(decoded as Uint16Array) : decoded
    if (usable.length !== count) {
      throw new Fault(
        'bad-model',
        `The tensor "${header.name}" of ${file.name} holds ${usable.length} values where its shape needs ${count}.`,
        {
          subject: header.name,
          hint: 'The file is damaged or was cut; export it again.'
        }
      )
    }
    return usable
  }

  return { name: header.name, dims, elementType, origin, external, values }
}

/** Values of a decoded tensor, wherever onnx.proto allows them to be. */
function valuesOfMessage(tensor: TensorProto, elementType: ElementType): TypedValues {
  if (tensor.rawData.length > 0) return typedView(tensor.rawData, elementType)
  switch (elementType) {
    case 'float32':
      return Float32Array.from(tensor.floatData)
    case 'float64':
      return Float64Array.from(tensor.doubleData)
    case 'int64':
      return BigInt64Array.from(tensor.int64Data)
    case 'uint64':
    case 'uint32':
      return BigUint64Array.from(tensor.uint64Data)
    case 'float16':
      return Uint16Array.from(tensor.int32Data)
    case 'bool':
    case 'uint8':
      return Uint8Array.from(tensor.int32Data)
    default:
      return Int32Array.from(tensor.int32Data)
  }
}

/** The values of a small constant as plain numbers. */
export function numbersOf(constant: Constant): number[] {
  return Array.from(constant.values(), Number)
}

/** The values of a constant as float32; a view when it already is one. */
export function floatsOf(constant: Constant): Float32Array {
  const values = constant.values()
  return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number | bigint>, Number)
}
