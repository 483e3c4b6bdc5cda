import { fromBinary } from '@bufbuild/protobuf'
import { asFault, Fault } from '@engine/fault'
import { readAttributes } from './attributes'
import { type Constant, constantFromBytes } from './constant'
import { elementTypeOf } from './element-types'
import { checkEveryExternal } from './external-everywhere'
import { foldConstants } from './fold'
import { contentOf, type FieldRange, graphField, joinFields, modelField, type ModelLayout, scanModel } from './layout'
import type { GraphModel, GraphNode, ModelOrigin, ValueInfo } from './model'
import { ModelProtoSchema, type NodeProto, NodeProtoSchema, type ValueInfoProto, ValueInfoProtoSchema } from './onnx_pb'
import { describeForeign } from './recognise'
import { capturedNames, outputsOfSubgraphs } from './subgraphs'

const standardDomains = new Set(['', 'ai.onnx'])

/**
 * Reads a serialised ONNX model. The bytes are kept and viewed, not copied; weights are decoded when asked for.
 * Throws Fault `bad-model` for anything else than a whole ONNX model, `external-weights` for unsafe weight files.
 */
export function parseModel(bytes: Uint8Array, origin: ModelOrigin = { name: 'model', folder: null }): GraphModel {
  const layout = scan(bytes, origin)
  try {
    return read(bytes, layout, origin)
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code !== 'internal') throw fault
    throw damaged(origin, thrown)
  }
}

function scan(bytes: Uint8Array, origin: ModelOrigin): ModelLayout {
  const foreign = describeForeign(bytes)
  if (foreign !== null) throw notOnnx(origin, foreign.text, foreign.recipe)
  try {
    const layout = scanModel(bytes)
    const hasNodes = layout.graph.some((field) => field.number === graphField.node)
    const hasVersion = layout.model.some((field) => field.number === modelField.irVersion)
    if (!hasNodes || !hasVersion) throw notOnnx(origin, 'no ONNX model (it has no graph)')
    return layout
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown
    // A model starts with its IR version, a small number: with that in place the rest was an ONNX file once.
    const startsLikeOnnx = bytes[0] === 0x08 && bytes[1] > 0 && bytes[1] < 32
    throw startsLikeOnnx ? damaged(origin, thrown) : notOnnx(origin, 'no ONNX model')
  }
}

function notOnnx(origin: ModelOrigin, looksLike: string, recipe: string | null = null): Fault {
  return new Fault('bad-model', `${origin.name} cannot be opened as a model: it looks like ${looksLike}.`, {
    subject: origin.name,
    hint: recipe ?? 'Export the network to ONNX first, for example with torch.onnx.export, and open the .onnx file.'
  })
}

function damaged(origin: ModelOrigin, cause: unknown): Fault {
  return new Fault('bad-model', `${origin.name} is a damaged or incomplete ONNX file.`, {
    subject: origin.name,
    hint: 'Copy or export it again; the file was probably cut off on the way.',
    cause
  })
}

function read(bytes: Uint8Array, layout: ModelLayout, origin: ModelOrigin): GraphModel {
  const header = readHeader(bytes, layout, origin)
  const fieldsOf = (number: number): FieldRange[] => layout.graph.filter((field) => field.number === number)
  const initializers = new Map<string, Constant>()
  for (const [index, field] of fieldsOf(graphField.initializer).entries()) {
    const constant = constantFromBytes(contentOf(bytes, field), { kind: 'initializer', index }, origin)
    initializers.set(constant.name, constant)
  }
  const protos = fieldsOf(graphField.node).map((field) => fromBinary(NodeProtoSchema, contentOf(bytes, field)))
  const nodes = protos.map((proto, index) => toNode(proto, index, origin))
  const hasExternalData = checkEveryExternal({ bytes, layout, initializers, protos, origin })
  const infos = (number: number): ValueInfo[] =>
    fieldsOf(number).map((field) => toValueInfo(fromBinary(ValueInfoProtoSchema, contentOf(bytes, field))))
  const inputs = infos(graphField.input).filter((input) => !initializers.has(input.name))
  const constants = foldConstants(nodes, initializers)
  const model = {
    ...header,
    origin,
    bytes,
    layout,
    inputs,
    outputs: infos(graphField.output),
    nodes,
    constants,
    hasExternalData,
    remarks: []
  }
  checkConnected(model)
  return model
}

/** The fields of the model beside its graph. */
function readHeader(
  bytes: Uint8Array,
  layout: ModelLayout,
  origin: ModelOrigin
): Pick<GraphModel, 'irVersion' | 'opset' | 'opsets' | 'producer' | 'metadata'> {
  const kept = layout.model.filter((field) => !heavyModelFields.has(field.number))
  const proto = fromBinary(ModelProtoSchema, joinFields(bytes, kept))
  const opsets = new Map(
    proto.opsetImport.map((entry) => [standardDomains.has(entry.domain) ? '' : entry.domain, Number(entry.version)])
  )
  const opset = opsets.get('')
  if (opset === undefined)
    throw new Fault('bad-model', `${origin.name} imports no operator set.`, { subject: origin.name })
  return {
    irVersion: Number(proto.irVersion),
    opset,
    opsets,
    producer: `${proto.producerName} ${proto.producerVersion}`.trim(),
    metadata: new Map(proto.metadataProps.map((entry) => [entry.key, entry.value]))
  }
}

/** Training graphs, functions and device configurations: nothing here reads them. */
const heavyModelFields = new Set([20, 25, 26])

function toNode(proto: NodeProto, index: number, origin: ModelOrigin): GraphNode {
  return {
    index,
    name: proto.name,
    opType: proto.opType,
    domain: standardDomains.has(proto.domain) ? '' : proto.domain,
    inputs: proto.input,
    outputs: proto.output,
    attributes: readAttributes(proto.attribute, index, origin),
    captures: capturedNames(proto),
    subgraphTypes: outputsOfSubgraphs(proto).map((info) =>
      // Exporters may leave the type of a branch's output out; it is a float one wherever a gradient is asked for.
      info.type === undefined ? 'float32' : toValueInfo(info).elementType
    )
  }
}

function toValueInfo(proto: ValueInfoProto): ValueInfo {
  const type = proto.type?.value
  if (type?.case !== 'tensorType') return { name: proto.name, elementType: 'other', dims: null }
  const dims = type.value.shape?.dim.map(({ value }) => {
    if (value.case === 'dimValue') return Number(value.value)
    return value.case === 'dimParam' && value.value !== '' ? value.value : null
  })
  return { name: proto.name, elementType: elementTypeOf(type.value.elemType), dims: dims ?? null }
}

/** Every tensor a node reads must be made before it. Throws Fault `bad-model` naming the node. */
function checkConnected(model: Pick<GraphModel, 'inputs' | 'outputs' | 'nodes' | 'constants' | 'origin'>): void {
  const made = new Set<string>([...model.inputs.map((input) => input.name), ...model.constants.keys()])
  for (const node of model.nodes) {
    const missing = [...node.inputs, ...node.captures].find((name) => name !== '' && !made.has(name))
    if (missing !== undefined) {
      throw new Fault(
        'bad-model',
        `In ${model.origin.name} the node "${node.name || node.opType}" reads "${missing}", which nothing before it makes.`,
        {
          subject: node.name,
          hint: 'The graph is incomplete or its nodes are out of order; export the model again.'
        }
      )
    }
    for (const name of node.outputs) made.add(name)
  }
  const absent = model.outputs.find((output) => !made.has(output.name))
  if (absent !== undefined) {
    throw new Fault('bad-model', `${model.origin.name} declares the output "${absent.name}", which no node makes.`, {
      subject: absent.name
    })
  }
}
