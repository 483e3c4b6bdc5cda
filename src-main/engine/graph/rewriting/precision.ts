import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { numbersOf } from '../constant'
import { dataTypeOf } from '../element-types'
import { encodeConstant } from '../encode'
import { rewrite } from '../extend'
import { contentOf, graphField } from '../layout'
import { type GraphModel, joinParts } from '../model'
import {
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema
} from '../onnx_pb'
import { parseModel } from '../parse'

const double = dataTypeOf('float64')
const single = dataTypeOf('float32')

/**
 * A model that computes in double precision, brought to single precision: ONNX Runtime has no double kernels for
 * convolutions and most activations on any provider. A model that takes float32 is left alone, whatever it does inside.
 */
export function singlePrecision(model: GraphModel, image: string): GraphModel {
  if (model.inputs.find(({ name }) => name === image)?.elementType !== 'float64') return model
  const weights = [...model.constants.values()].filter(({ origin }) => origin.kind === 'initializer')
  const byPosition = new Map(weights.map((constant) => [constant.origin.index, constant]))
  const parts = rewrite(model, (field, position) => {
    const content = contentOf(model.bytes, field)
    switch (field.number) {
      case graphField.initializer: {
        const constant = byPosition.get(position)
        if (constant?.elementType !== 'float64') return 'keep'
        return encodeConstant({ ...constant, elementType: 'float32', values: Float32Array.from(numbersOf(constant)) })
      }
      case graphField.node: {
        const node = fromBinary(NodeProtoSchema, content)
        narrowNode(node)
        return toBinary(NodeProtoSchema, node)
      }
      case graphField.input:
      case graphField.output:
      case graphField.valueInfo: {
        const info = fromBinary(ValueInfoProtoSchema, content)
        narrowInfo(info)
        return toBinary(ValueInfoProtoSchema, info)
      }
      default:
        return 'keep'
    }
  })
  const remark =
    'The model computes in double precision (float64), which ONNX Runtime lacks kernels for; it is run in single precision.'
  return { ...parseModel(joinParts(parts), model.origin), remarks: [...model.remarks, remark] }
}

function narrowNode(node: NodeProto): void {
  for (const attribute of node.attribute) {
    narrowAttribute(attribute)
    if (attribute.g !== undefined) narrowGraph(attribute.g)
    for (const graph of attribute.graphs) narrowGraph(graph)
  }
}

/** Element types stated by Cast, EyeLike, RandomNormal, QuantizeLinear. */
const stating: ReadonlySet<string> = new Set(['to', 'dtype', 'output_dtype'])

function narrowAttribute(attribute: AttributeProto): void {
  if (stating.has(attribute.name) && Number(attribute.i) === Number(double)) attribute.i = BigInt(single)
  for (const tensor of [...(attribute.t === undefined ? [] : [attribute.t]), ...attribute.tensors]) narrowTensor(tensor)
}

function narrowTensor(tensor: TensorProto): void {
  if (tensor.dataType !== Number(double)) return
  const { rawData } = tensor
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength)
  const raw = Array.from({ length: rawData.byteLength / 8 }, (_, index) => view.getFloat64(8 * index, true))
  tensor.floatData = raw.length > 0 ? raw : [...tensor.doubleData]
  tensor.rawData = new Uint8Array()
  tensor.doubleData = []
  tensor.dataType = Number(single)
}

function narrowInfo(info: ValueInfoProto): void {
  const type = info.type?.value
  if (type?.case === 'tensorType' && type.value.elemType === Number(double)) type.value.elemType = Number(single)
}

function narrowGraph(graph: GraphProto): void {
  for (const tensor of graph.initializer) narrowTensor(tensor)
  for (const info of [...graph.input, ...graph.output, ...graph.valueInfo]) narrowInfo(info)
  for (const node of graph.node) narrowNode(node)
}
