import { Fault } from '@engine/fault'
import type { ElementType } from './model'
import { TensorProto_DataType as DataType } from './onnx_pb'

/** Values of a tensor in its own element type. */
export type TypedValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array

const names: Partial<Record<DataType, ElementType>> = {
  [DataType.FLOAT]: 'float32',
  [DataType.DOUBLE]: 'float64',
  [DataType.FLOAT16]: 'float16',
  [DataType.BFLOAT16]: 'bfloat16',
  [DataType.INT8]: 'int8',
  [DataType.INT16]: 'int16',
  [DataType.INT32]: 'int32',
  [DataType.INT64]: 'int64',
  [DataType.UINT8]: 'uint8',
  [DataType.UINT16]: 'uint16',
  [DataType.UINT32]: 'uint32',
  [DataType.UINT64]: 'uint64',
  [DataType.BOOL]: 'bool',
  [DataType.STRING]: 'string'
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array
} as const

/** The element type behind a TensorProto.DataType number. */
export function elementTypeOf(dataType: number): ElementType {
  return names[dataType as DataType] ?? 'other'
}

/** The TensorProto.DataType number of an element type. */
export function dataTypeOf(elementType: ElementType): DataType {
  const found = Object.entries(names).find(([, name]) => name === elementType)
  return found === undefined ? DataType.UNDEFINED : (Number(found[0]) as DataType)
}

/** True for the element types a gradient can flow through. */
export function isFloat(elementType: ElementType | undefined): boolean {
  return elementType === 'float32' || elementType === 'float16' || elementType === 'float64'
}

/** Little-endian bytes as values; a view where the alignment allows, else a copy. Throws Fault `bad-model`. */
export function typedView(bytes: Uint8Array, elementType: ElementType): TypedValues {
  if (elementType === 'string' || elementType === 'other') {
    throw new Fault('bad-model', `A tensor of element type "${elementType}" cannot be read as numbers.`)
  }
  const TypedArray = arrays[elementType]
  const size = TypedArray.BYTES_PER_ELEMENT
  if (bytes.length % size !== 0) {
    throw new Fault(
      'bad-model',
      `A ${elementType} tensor has ${bytes.length} bytes, which is no multiple of ${size}.`,
      {
        hint: 'The file is damaged or was cut; export it again.'
      }
    )
  }
  // Not bytes.slice(): on a Buffer of Node that is a view, not a copy.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes)
  return new TypedArray(aligned.buffer as ArrayBuffer, aligned.byteOffset, bytes.length / size)
}

/** Zeros of an element type, as a run takes them. */
export function zeroValues(elementType: ElementType, count: number): TypedValues {
  if (elementType === 'string' || elementType === 'other') {
    throw new Fault('unsupported-model', `A model input of element type "${elementType}" cannot be filled.`)
  }
  return new arrays[elementType](count)
}

/** Numbers as values of an element type; float16 stays float32, as everywhere outside a file. */
export function typedValues(elementType: ElementType, numbers: readonly number[]): TypedValues {
  if (elementType === 'int64') return BigInt64Array.from(numbers, (value) => BigInt(Math.round(value)))
  if (elementType === 'uint64') return BigUint64Array.from(numbers, (value) => BigInt(Math.round(value)))
  if (elementType === 'float16') return Float32Array.from(numbers)
  const values = zeroValues(elementType, numbers.length)
  ;(values as Float32Array).set(numbers)
  return values
}
