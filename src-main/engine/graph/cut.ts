import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { Fault } from '@engine/fault'
import { dataTypeOf } from './element-types'
import type { NewNode } from './encode'
import { encodeTail, type FieldEdit, isWeightInput, rewrite } from './extend'
import { contentOf, type FieldRange, graphField } from './layout'
import type { ElementType, GraphNode, ModelSource, ProbedModel, ValueInfo } from './model'
import { NodeProtoSchema, ValueInfoProtoSchema } from './onnx_pb'

/** The part of a model behind a layer, which takes the layer's values from outside. */
export interface ModelHead {
  readonly source: ModelSource
  /** Graph input that takes the layer's values, in float32. */
  readonly layerInput: string
  /** Tensors asked for, with the graph outputs that carry them in float32. */
  readonly float32: Readonly<Record<string, string>>
  /** Inputs of the whole model that are still read: by a path around the layer, or only for their shape. */
  readonly inputs: readonly string[]
}

/**
 * Cuts a model at a layer: the layer's tensor becomes a graph input, `outputs` the only outputs, and
 * what they do not need is left out, so that trying many values of one layer costs no more than what lies behind it.
 * Where a path leads around the layer, that path stays and reads the model's input as before.
 * Throws Fault `bad-parameter` for an unknown layer, the input itself, and a layer that no output depends on.
 */
export function cutAtLayer(model: ProbedModel, layer: string, outputs: readonly string[]): ModelHead {
  const maker = model.nodes.find((node) => node.outputs.includes(layer))
  if (maker === undefined || model.constants.has(layer)) throw noLayer(model, layer)
  const live = liveTensors(model, layer, outputs)
  if (!live.has(layer)) {
    throw new Fault('bad-parameter', `The tensor "${layer}" does not influence "${outputs.join('", "')}".`, {
      subject: layer,
      hint: 'Choose a layer between the input and the explained output.'
    })
  }
  const kept = rewrite(model, headOnly(model, { layer, maker, live }))
  const ends = float32Ends(model, layer, outputs)
  const added = encodeTail(model, {
    nodes: ends.casts,
    constants: [],
    inputs: [layerInput(model, layer, ends.layerInput)],
    valueInfos: [],
    outputs: Object.values(ends.float32),
    changedOutputs: new Map()
  })
  return {
    source: { parts: [...kept, ...added], externalDataFolder: model.hasExternalData ? model.origin.folder : null },
    layerInput: ends.layerInput,
    float32: ends.float32,
    inputs: model.inputs.map(({ name }) => name).filter((name) => live.has(name))
  }
}

/** The border is float32, whatever precision the model computes in: casts behind the layer's input and before the outputs. */
function float32Ends(
  model: ProbedModel,
  layer: string,
  outputs: readonly string[]
): Pick<ModelHead, 'layerInput' | 'float32'> & { casts: NewNode[] } {
  const casts: NewNode[] = []
  const cast = (from: string, to: string, elementType: ElementType): string => {
    const attributes = { to: dataTypeOf(elementType) }
    casts.push({ opType: 'Cast', name: `saliscope/cast/${to}`, inputs: [from], outputs: [to], attributes })
    return to
  }
  const typeOf = (tensor: string): ElementType => model.types.get(tensor) ?? 'float32'
  const own = typeOf(layer)
  const given = own === 'float32' ? layer : `saliscope/given/${layer}`
  if (given !== layer) cast(given, layer, own)
  const float32 = Object.fromEntries(
    outputs.map((name) => [
      name,
      typeOf(name) === 'float32' ? name : cast(name, `saliscope/float32/${name}`, 'float32')
    ])
  )
  return { layerInput: given, float32, casts }
}

/** What the outputs need when the layer is given. */
function liveTensors(model: ProbedModel, layer: string, outputs: readonly string[]): Set<string> {
  const live = new Set(outputs)
  for (const node of model.nodes.toReversed()) {
    if (!makesLive(node, layer, live)) continue
    for (const name of [...node.inputs, ...node.captures]) live.add(name)
  }
  return live
}

function makesLive(node: GraphNode, layer: string, live: ReadonlySet<string>): boolean {
  return node.outputs.some((name) => name !== layer && live.has(name))
}

interface Cut {
  readonly layer: string
  readonly maker: GraphNode
  readonly live: ReadonlySet<string>
}

/** Keeps the nodes, weights and inputs that are needed; a maker whose other outputs are needed loses the layer. */
function headOnly(model: ProbedModel, { layer, maker, live }: Cut): FieldEdit {
  const weights = new Map(
    [...model.constants.values()].map(({ name, origin }) => [`${origin.kind} ${origin.index}`, name])
  )
  return (field, position) => {
    switch (field.number) {
      case graphField.node: {
        const node = model.nodes[position]
        if (!makesLive(node, layer, live)) return null
        return node === maker ? withoutOutput(model, field, layer) : 'keep'
      }
      case graphField.initializer:
        return live.has(weights.get(`initializer ${position}`) ?? '') ? 'keep' : null
      case graphField.input:
        return isWeightInput(model, field) || !live.has(valueName(model, field)) ? null : 'keep'
      case graphField.valueInfo:
        return valueName(model, field) === layer ? null : 'keep'
      case graphField.output:
        return null
      default:
        return 'keep'
    }
  }
}

function valueName(model: ProbedModel, field: FieldRange): string {
  return fromBinary(ValueInfoProtoSchema, contentOf(model.bytes, field)).name
}

/** The node with the layer renamed among its outputs: the layer's readers read the new input instead. */
function withoutOutput(model: ProbedModel, field: FieldRange, layer: string): Uint8Array {
  const node = fromBinary(NodeProtoSchema, contentOf(model.bytes, field))
  const output = node.output.map((name) => (name === layer ? `saliscope/cut/${name}` : name))
  return toBinary(NodeProtoSchema, { ...node, output })
}

/** The layer as a graph input, with the name the model itself gives its batch axis. */
function layerInput(model: ProbedModel, layer: string, name: string): ValueInfo {
  const batch = model.inputs[0]?.dims?.[0]
  const dims = (model.shapes.get(layer) ?? []).map((dim) => {
    if (dim.perBatch === 0) return dim.fixed
    return dim.perBatch === 1 && dim.fixed === 0 && typeof batch === 'string' ? batch : null
  })
  return { name, elementType: 'float32', dims }
}

function noLayer(model: ProbedModel, layer: string): Fault {
  const isInput = model.inputs.some(({ name }) => name === layer)
  return new Fault(
    'bad-parameter',
    isInput
      ? `"${layer}" is the input of ${model.origin.name}, not a layer.`
      : `The model ${model.origin.name} has no tensor "${layer}".`,
    { subject: layer, hint: 'saliscope inspect lists the layers that can be named.' }
  )
}
