import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { encodeConstant, encodeValueInfo, lengthPrefix, type NewConstant } from '../encode'
import { contentOf, graphField, modelField } from '../layout'
import { type GraphModel, joinParts, type ValueInfo } from '../model'
import {
  FunctionProtoSchema,
  type FunctionProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  ValueInfoProtoSchema
} from '../onnx_pb'
import { parseModel } from '../parse'

/** What becomes of a model; whatever is left out stays as it is. Initializers are only ever added. */
export interface Rebuilding {
  readonly nodes: readonly NodeProto[]
  readonly tensors?: readonly TensorProto[]
  readonly constants?: readonly NewConstant[]
  readonly inputs?: readonly ValueInfo[]
  readonly outputs?: readonly ValueInfo[]
  /** Operator sets to import beside the model's own, domain to version. */
  readonly opsets?: ReadonlyMap<string, number>
  /** What was done, in one sentence for the user; null for what nobody need know. */
  readonly remark: string | null
}

/** The first IR version in which a constant need not be listed among the inputs. */
const firstIrWithFreeConstants = 4

/** The nodes of a model as messages that can be changed. */
export function decodeNodes(model: GraphModel): NodeProto[] {
  return model.layout.graph
    .filter((field) => field.number === graphField.node)
    .map((field) => fromBinary(NodeProtoSchema, contentOf(model.bytes, field)))
}

/** The local functions of a model. */
export function decodeFunctions(model: GraphModel): FunctionProto[] {
  return model.layout.model
    .filter((field) => field.number === modelField.functions)
    .map((field) => fromBinary(FunctionProtoSchema, contentOf(model.bytes, field)))
}

/**
 * A model with other nodes, read anew. Weights are copied as bytes, never decoded. The model's stated shapes of inner
 * tensors stay: names keep their meaning in every rewriting.
 */
export function rebuild(model: GraphModel, change: Rebuilding): GraphModel {
  const remarks = [...model.remarks, ...(change.remark === null ? [] : [change.remark])]
  return { ...parseModel(joinParts(rebuiltParts(model, change)), model.origin), remarks }
}

/** The serialised parts of a rebuilt model, not read again: for a model that is only run. */
export function rebuiltParts(model: GraphModel, change: Rebuilding): Uint8Array[] {
  const infos = (stated: readonly ValueInfo[] | undefined): Uint8Array[] => (stated ?? []).map(encodeValueInfo)
  const kept = model.layout.graph
    .filter((field) => {
      if (field.number === graphField.node) return false
      if (field.number === graphField.output) return change.outputs === undefined
      if (field.number !== graphField.input) return true
      const { name } = fromBinary(ValueInfoProtoSchema, contentOf(model.bytes, field))
      return change.inputs === undefined && model.inputs.some((input) => input.name === name)
    })
    .map((field) => model.bytes.subarray(field.start, field.end))
  const own = (field: number, contents: readonly Uint8Array[]): Uint8Array[] =>
    contents.flatMap((content) => [lengthPrefix(field, content.length), content])
  const graph = [
    ...kept,
    ...own(
      graphField.node,
      change.nodes.map((node) => toBinary(NodeProtoSchema, node))
    ),
    ...own(graphField.initializer, [
      ...(change.tensors ?? []).map((tensor) => toBinary(TensorProtoSchema, tensor)),
      ...(change.constants ?? []).map(encodeConstant)
    ]),
    ...own(graphField.input, infos(change.inputs)),
    ...own(graphField.output, infos(change.outputs))
  ]
  const length = graph.reduce((sum, part) => sum + part.length, 0)
  return [...header(model, change), lengthPrefix(modelField.graph, length), ...graph]
}

/** Everything of the model but its graph, with the further operator sets. */
function header(model: GraphModel, change: Rebuilding): Uint8Array[] {
  const old = model.layout.model.map((field) => model.bytes.subarray(field.start, field.end))
  const missing = [...(change.opsets ?? [])].filter(([domain]) => !model.opsets.has(domain))
  const added = create(ModelProtoSchema, {
    irVersion: BigInt(Math.max(model.irVersion, firstIrWithFreeConstants)),
    opsetImport: missing.map(([domain, version]) =>
      create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) })
    )
  })
  return [...old, toBinary(ModelProtoSchema, added)]
}
