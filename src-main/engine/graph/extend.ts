import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { encodeConstant, encodeNode, encodeValueInfo, lengthPrefix, type NewConstant, type NewNode } from './encode'
import { contentOf, type FieldRange, graphField, modelField } from './layout'
import { type GraphModel, joinParts, type ValueInfo } from './model'
import { ModelProtoSchema, NodeProtoSchema, ValueInfoProtoSchema } from './onnx_pb'

/** What is added to a model. Nodes come after all of its own, in order. */
export interface Extension {
  readonly nodes: readonly NewNode[]
  readonly constants: readonly NewConstant[]
  readonly inputs: readonly ValueInfo[]
  /** Shapes stated for tensors the added nodes make; what is left out ONNX Runtime infers. */
  readonly valueInfos: readonly ValueInfo[]
  /** Tensors that become graph outputs beside the model's own. */
  readonly outputs: readonly string[]
  /** Nodes of the model that get other outputs, by index: a MaxPool that must also say where its maxima were. */
  readonly changedOutputs: ReadonlyMap<number, readonly string[]>
}

/** The first IR version in which a constant need not be listed among the inputs. */
const firstIrWithFreeConstants = 4

/**
 * Adds to a model without encoding its weights again: protobuf merges concatenated messages, so the added part is
 * simply put behind the model's own bytes. Where one of its own nodes changes, or an old file lists its weights as
 * inputs, only the small fields are written anew and the rest stays a view.
 */
export function extendModel(model: GraphModel, extension: Extension): Uint8Array[] {
  const tail = encodeTail(model, extension)
  const asItIs = extension.changedOutputs.size === 0 && model.irVersion >= firstIrWithFreeConstants
  if (asItIs) return [model.bytes, ...tail]
  return [...rewrite(model, (field, position) => replacement(model, extension, field, position)), ...tail]
}

/** A field of the graph as it is now: kept, left out (null), or with new content. */
export type FieldEdit = (field: FieldRange, position: number) => 'keep' | null | Uint8Array

/**
 * The serialised model with some fields of its graph replaced; `position` counts the fields of one number.
 * The result keeps views on the old bytes.
 */
export function rewrite(model: GraphModel, edit: FieldEdit): Uint8Array[] {
  const pieces: Piece[] = []
  const positions = new Map<number, number>()
  for (const field of model.layout.graph) {
    const position = positions.get(field.number) ?? 0
    positions.set(field.number, position + 1)
    const edited = edit(field, position)
    const last = pieces.at(-1)
    if (edited === null) continue
    if (edited !== 'keep') pieces.push({ field: field.number, content: edited })
    else if (last !== undefined && 'end' in last && last.end === field.start) last.end = field.end
    else pieces.push({ start: field.start, end: field.end })
  }
  const graph = pieces.flatMap((piece) =>
    'end' in piece
      ? [model.bytes.subarray(piece.start, piece.end)]
      : [lengthPrefix(piece.field, piece.content.length), piece.content]
  )
  const header = model.layout.model.map((field) => model.bytes.subarray(field.start, field.end))
  const irVersion = toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, { irVersion: BigInt(Math.max(model.irVersion, firstIrWithFreeConstants)) })
  )
  return [...header, irVersion, lengthPrefix(modelField.graph, totalLength(graph)), ...graph]
}

/** A stretch of the old bytes, or a field with new content. */
type Piece = { start: number; end: number } | { readonly field: number; readonly content: Uint8Array }

function totalLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}

/**
 * A weight listed among the inputs could be overridden by the caller, so ONNX Runtime would not fold it: such entries
 * are dropped.
 */
export function isWeightInput(model: GraphModel, field: FieldRange): boolean {
  if (field.number !== graphField.input) return false
  const { name } = fromBinary(ValueInfoProtoSchema, contentOf(model.bytes, field))
  return !model.inputs.some((input) => input.name === name)
}

function replacement(
  model: GraphModel,
  extension: Extension,
  field: FieldRange,
  position: number
): 'keep' | null | Uint8Array {
  if (isWeightInput(model, field)) return null
  const outputs = field.number === graphField.node ? extension.changedOutputs.get(position) : undefined
  if (outputs === undefined) return 'keep'
  const node = fromBinary(NodeProtoSchema, contentOf(model.bytes, field))
  return toBinary(NodeProtoSchema, { ...node, output: [...outputs] })
}

/** A node of the model with other inputs, outputs and name; subgraphs and rare attributes stay as they are. */
function encodeCopy(model: GraphModel, { name, inputs, outputs, copyOf }: NewNode): Uint8Array {
  const fields = model.layout.graph.filter((field) => field.number === graphField.node)
  const proto = fromBinary(NodeProtoSchema, contentOf(model.bytes, fields[copyOf ?? 0]))
  return toBinary(NodeProtoSchema, { ...proto, name, input: [...inputs], output: [...outputs] })
}

/** The added part as a ModelProto that holds nothing but a graph. */
export function encodeTail(model: GraphModel, extension: Extension): Uint8Array[] {
  const own = (field: number, contents: readonly Uint8Array[]): Uint8Array[] =>
    contents.flatMap((content) => [lengthPrefix(field, content.length), content])
  const graph = [
    ...own(
      graphField.node,
      extension.nodes.map((node) => (node.copyOf === undefined ? encodeNode(node) : encodeCopy(model, node)))
    ),
    ...own(graphField.initializer, extension.constants.map(encodeConstant)),
    ...own(graphField.valueInfo, extension.valueInfos.map(encodeValueInfo)),
    ...own(graphField.input, extension.inputs.map(encodeValueInfo)),
    ...own(
      graphField.output,
      extension.outputs.map((name) => encodeValueInfo({ name, elementType: 'other', dims: null }))
    )
  ]
  return [lengthPrefix(modelField.graph, totalLength(graph)), joinParts(graph)]
}
