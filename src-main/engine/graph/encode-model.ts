import { create, toBinary } from '@bufbuild/protobuf'
import { encodeConstant, encodeNode, encodeValueInfo, lengthPrefix, type NewConstant, type NewNode } from './encode'
import { graphField, modelField } from './layout'
import { joinParts, type ValueInfo } from './model'
import { ModelProtoSchema } from './onnx_pb'

/** Field of the graph's name in GraphProto. */
const graphName = 2

/** A whole model file (IR version 8, operator set 17) of one input and one output, written from nothing. */
export function encodeModel(model: {
  readonly name: string
  readonly nodes: readonly NewNode[]
  readonly constants: readonly NewConstant[]
  readonly input: ValueInfo
  readonly output: ValueInfo
}): Uint8Array {
  const field = (number: number, contents: readonly Uint8Array[]): Uint8Array[] =>
    contents.flatMap((content) => [lengthPrefix(number, content.length), content])
  const body = joinParts([
    ...field(graphField.node, model.nodes.map(encodeNode)),
    ...field(graphName, [new TextEncoder().encode(model.name)]),
    ...field(graphField.initializer, model.constants.map(encodeConstant)),
    ...field(graphField.input, [encodeValueInfo(model.input)]),
    ...field(graphField.output, [encodeValueInfo(model.output)])
  ])
  const header = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'Saliscope',
    opsetImport: [{ domain: '', version: 17n }]
  })
  return joinParts([toBinary(ModelProtoSchema, header), lengthPrefix(modelField.graph, body.length), body])
}
