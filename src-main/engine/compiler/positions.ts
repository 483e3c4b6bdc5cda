import type { ProbedModel } from '@engine/graph/model'
import type { Position } from './rule'

const layerKinds: Readonly<Record<string, Position['layer']>> = {
  Conv: 'convolution',
  ConvTranspose: 'convolution',
  Gemm: 'dense',
  MatMul: 'dense'
}

/** Which nodes on the path carry a kernel, and which of them come first and last. */
export function layerPositions(model: ProbedModel, path: ReadonlySet<string>): Map<number, Position> {
  const layers = model.nodes.filter(
    (node) => node.opType in layerKinds && path.has(node.inputs[0]) && path.has(node.outputs[0])
  )
  return new Map(
    layers.map((node, order) => [
      node.index,
      { layer: layerKinds[node.opType], isFirst: order === 0, isLast: order === layers.length - 1 }
    ])
  )
}
