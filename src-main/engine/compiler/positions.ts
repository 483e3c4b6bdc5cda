import type { ProbedModel } from '@engine/graph/model'
import type { GraphNode } from '@engine/graph/model'
import type { Position } from './rule'

const layerKinds: Readonly<Record<string, Position['layer']>> = {
  Conv: 'convolution',
  ConvTranspose: 'convolution',
  Gemm: 'dense',
  MatMul: 'dense'
}

function isLayer(node: GraphNode, path: ReadonlySet<string>): boolean {
  return node.opType in layerKinds && path.has(node.inputs[0]) && path.has(node.outputs[0])
}

/** Tensors that a layer with a kernel lies before: its output, and all that depends on it. */
export function fedTensors(model: ProbedModel, path: ReadonlySet<string>): Set<string> {
  const fed = new Set<string>()
  for (const node of model.nodes) {
    if (!isLayer(node, path) && !node.inputs.some((input) => fed.has(input))) continue
    for (const output of node.outputs) fed.add(output)
  }
  return fed
}

/**
 * Which nodes on the path carry a kernel, and where they stand in the order of execution. Every layer that no other one
 * feeds is a first one: a stem with branches has several.
 */
export function layerPositions(model: ProbedModel, path: ReadonlySet<string>): Map<number, Position> {
  const layers = model.nodes.filter((node) => isLayer(node, path))
  const fed = fedTensors(model, path)
  return new Map(
    layers.map((node, order) => [
      node.index,
      {
        layer: layerKinds[node.opType],
        order,
        isFirst: !fed.has(node.inputs[0]),
        isLast: order === layers.length - 1
      }
    ])
  )
}
