import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** One field of a serialised message: `start` is its tag, `valueStart` its content, `end` one past it. */
export interface FieldRange {
  readonly number: number
  readonly wireType: WireType
  readonly start: number
  readonly valueStart: number
  readonly end: number
}

/** Where the fields of a serialised ModelProto lie, so that one can be replaced without touching the weights. */
export interface ModelLayout {
  /** Fields of the model other than the graph. */
  readonly model: readonly FieldRange[]
  /** Fields of the graph; several graph fields in one file are one graph (protobuf merges them). */
  readonly graph: readonly FieldRange[]
}

/** Field numbers of onnx.proto that the reader and the writer treat by hand. */
export const modelField = { irVersion: 1, graph: 7, opsetImport: 8, functions: 25 } as const
export const graphField = {
  node: 1,
  initializer: 5,
  sparseInitializer: 15,
  input: 11,
  output: 12,
  valueInfo: 13
} as const

/**
 * The fields of a message at `[start, end)` of `bytes`, without decoding any. Throws a RangeError when the bytes are
 * cut.
 */
export function scanFields(bytes: Uint8Array, start = 0, end = bytes.length): FieldRange[] {
  const reader = new BinaryReader(bytes.subarray(0, end))
  reader.pos = start
  const fields: FieldRange[] = []
  while (reader.pos < end) {
    const tagStart = reader.pos
    const [number, wireType] = reader.tag()
    const contentStart = reader.pos
    reader.skip(wireType, number)
    const length =
      wireType === WireType.LengthDelimited ? lengthAt(bytes, contentStart, reader.pos) : reader.pos - contentStart
    fields.push({ number, wireType, start: tagStart, valueStart: reader.pos - length, end: reader.pos })
  }
  return fields
}

/** Content length of a length-delimited field whose length prefix starts at `position` and which ends at `end`. */
function lengthAt(bytes: Uint8Array, position: number, end: number): number {
  const reader = new BinaryReader(bytes.subarray(position, end))
  return reader.uint32()
}

/** The layout of a serialised ModelProto. */
export function scanModel(bytes: Uint8Array): ModelLayout {
  const fields = scanFields(bytes)
  const model: FieldRange[] = []
  const graph: FieldRange[] = []
  for (const field of fields) {
    const isGraph = field.number === modelField.graph && field.wireType === WireType.LengthDelimited
    if (isGraph) graph.push(...scanFields(bytes, field.valueStart, field.end))
    else model.push(field)
  }
  return { model, graph }
}

/** The content of a field, as a view. */
export function contentOf(bytes: Uint8Array, field: FieldRange): Uint8Array {
  return bytes.subarray(field.valueStart, field.end)
}

/** Some fields of a message as a message of their own. */
export function joinFields(bytes: Uint8Array, fields: readonly FieldRange[]): Uint8Array {
  const joined = new Uint8Array(fields.reduce((sum, field) => sum + field.end - field.start, 0))
  let offset = 0
  for (const field of fields) {
    joined.set(bytes.subarray(field.start, field.end), offset)
    offset += field.end - field.start
  }
  return joined
}
