import { clone, create } from '@bufbuild/protobuf'
import { type AttributeProto, AttributeProtoSchema, type GraphProto, type NodeProto, NodeProtoSchema } from '../onnx_pb'
import { nestedGraphs } from '../subgraphs'

/** Answers the new name of a tensor. */
export type Rename = (name: string) => string

/** A node with other tensor names, also inside its subgraphs at any depth. The empty name stays empty. */
export function renamedNode(node: NodeProto, rename: Rename): NodeProto {
  const copy = clone(NodeProtoSchema, node)
  renameNode(copy, rename)
  return copy
}

function renameNode(node: NodeProto, rename: Rename): void {
  const renamed: Rename = (name) => (name === '' ? '' : rename(name))
  node.input = node.input.map(renamed)
  node.output = node.output.map(renamed)
  for (const attribute of node.attribute) {
    for (const graph of [...(attribute.g === undefined ? [] : [attribute.g]), ...attribute.graphs])
      renameGraph(graph, rename)
  }
}

function renameGraph(graph: GraphProto, rename: Rename): void {
  for (const named of [...graph.input, ...graph.output, ...graph.valueInfo, ...graph.initializer])
    named.name = named.name === '' ? '' : rename(named.name)
  for (const node of graph.node) renameNode(node, rename)
}

/** Names a body makes itself, at any depth: those that must be new for every copy of the body. */
export function localNames(body: {
  readonly node: readonly NodeProto[]
  readonly initializer?: readonly { readonly name: string }[]
}): Set<string> {
  const names = new Set((body.initializer ?? []).map(({ name }) => name))
  for (const node of body.node) {
    for (const name of node.output) names.add(name)
    for (const graph of nestedGraphs(node)) {
      for (const { name } of [...graph.input, ...graph.initializer]) names.add(name)
      for (const inner of graph.node) for (const name of inner.output) names.add(name)
    }
  }
  names.delete('')
  return names
}

/** A node that only gives a tensor a second name. */
export function identityNode(from: string, to: string): NodeProto {
  return create(NodeProtoSchema, { opType: 'Identity', name: to, input: [from], output: [to] })
}

/**
 * A node of a function body with the attributes of the calling node in the place of references to them; an attribute
 * that the caller does not state and that has no default is left out.
 */
export function withAttributes(node: NodeProto, given: ReadonlyMap<string, AttributeProto>): NodeProto {
  const copy = clone(NodeProtoSchema, node)
  substitute(copy, given)
  return copy
}

function substitute(node: NodeProto, given: ReadonlyMap<string, AttributeProto>): void {
  node.attribute = node.attribute.flatMap((attribute) => {
    if (attribute.refAttrName === '') return [attribute]
    const value = given.get(attribute.refAttrName)
    if (value === undefined) return []
    const copy = clone(AttributeProtoSchema, value)
    copy.name = attribute.name
    return [copy]
  })
  for (const attribute of node.attribute) {
    for (const graph of [...(attribute.g === undefined ? [] : [attribute.g]), ...attribute.graphs])
      for (const inner of graph.node) substitute(inner, given)
  }
}
