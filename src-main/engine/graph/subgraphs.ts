import type { AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto } from './onnx_pb'

/** The subgraphs of a node's attributes, directly nested ones only. */
function graphsOf(attributes: readonly AttributeProto[]): GraphProto[] {
  return attributes.flatMap((attribute) => [...(attribute.g === undefined ? [] : [attribute.g]), ...attribute.graphs])
}

/** Every subgraph inside a node at any depth; iterative, so that nesting cannot exhaust the stack. */
export function nestedGraphs(node: NodeProto): GraphProto[] {
  const found: GraphProto[] = []
  const pending = graphsOf(node.attribute)
  for (let graph = pending.pop(); graph !== undefined; graph = pending.pop()) {
    found.push(graph)
    for (const inner of graph.node) pending.push(...graphsOf(inner.attribute))
  }
  return found
}

/** Names that the subgraphs of a node read from the graph around it. */
export function capturedNames(node: NodeProto): string[] {
  const graphs = nestedGraphs(node)
  if (graphs.length === 0) return []
  const local = new Set<string>()
  for (const graph of graphs) {
    for (const { name } of [...graph.input, ...graph.initializer]) local.add(name)
    for (const inner of graph.node) for (const name of inner.output) local.add(name)
  }
  const read = graphs.flatMap((graph) => [
    ...graph.node.flatMap((inner) => inner.input),
    ...graph.output.map((output) => output.name)
  ])
  return [...new Set(read)].filter((name) => name !== '' && !local.has(name))
}

/** Every TensorProto in the attributes of a node and of its subgraphs, with the initializers of the subgraphs. */
export function tensorsInside(node: NodeProto): TensorProto[] {
  const graphs = nestedGraphs(node)
  const attributes = [...node.attribute, ...graphs.flatMap((graph) => graph.node.flatMap((inner) => inner.attribute))]
  const sparse = [
    ...attributes.flatMap((a) => [...(a.sparseTensor ? [a.sparseTensor] : []), ...a.sparseTensors]),
    ...graphs.flatMap((graph) => graph.sparseInitializer)
  ]
  return [
    ...attributes.flatMap((attribute) => [...(attribute.t === undefined ? [] : [attribute.t]), ...attribute.tensors]),
    ...graphs.flatMap((graph) => graph.initializer),
    ...sparse.flatMap((tensor) => [tensor.values, tensor.indices].filter((part) => part !== undefined))
  ]
}

/** What the first subgraph of a node declares of its outputs; the condition a Loop's body hands back is left out. */
export function outputsOfSubgraphs(node: NodeProto): ValueInfoProto[] {
  const [graph] = graphsOf(node.attribute)
  if (graph === undefined) return []
  return node.opType === 'Loop' ? graph.output.slice(1) : graph.output
}
