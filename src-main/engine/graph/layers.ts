import type { GraphNode, ProbedModel } from './model'
import { readersOf, tensorsBetween } from './path'

/** A layer a class activation map can be made at. */
export interface TargetLayer {
  /** ONNX tensor name. */
  readonly tensor: string
  readonly title: string
  /** Without the batch axis: `[K, ...spatial]`. */
  readonly shape: readonly number[]
}

/** Operators whose output only repeats, thins or moves the features before it. */
const notFeatures = new Set([
  'MaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'Identity',
  'Dropout',
  'Pad',
  'Cast',
  'Reshape',
  'Transpose',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Slice',
  'Resize',
  'Upsample',
  'LRN'
])
/** Operators that a nonlinearity usually follows: taken only when nothing better has the same resolution. */
const unfinished = new Set(['Conv', 'ConvTranspose', 'BatchNormalization'])

/**
 * Proposes target layers: the last features before the spatial axes end, then the last ones of each coarser-to-finer
 * resolution. Preferred are tensors that everything the model knows about the image passes through, after their
 * nonlinearity. Sizes are measured.
 */
export function proposeLayers(model: ProbedModel, logits: string): TargetLayer[] {
  const input = model.inputs[0]?.name
  if (input === undefined) return []
  const path = tensorsBetween(model, [input], logits)
  const features = featureTensors(model, path)
  const bottlenecks = bottleneckTensors(model, path)
  const stages = new Map<string, GraphNode[]>()
  for (const node of features) {
    const resolution = sizesWithoutBatch(model, node.outputs[0]).slice(1).join('×')
    stages.set(resolution, [...(stages.get(resolution) ?? []), node])
  }
  const chosen = [...stages.values()].map((nodes) => lastOfStage(nodes, bottlenecks)).sort((a, b) => b.index - a.index)
  return chosen.map((node, order) => {
    const shape = sizesWithoutBatch(model, node.outputs[0])
    const place = shape.slice(1).join(' × ')
    return {
      tensor: node.outputs[0],
      shape,
      title: `${order === 0 ? 'Last' : 'Earlier'} features, ${place}, ${shape[0]} channels`
    }
  })
}

/** Nodes on the path, from the first convolution on, whose output has channels and real spatial axes. */
function featureTensors(model: ProbedModel, path: ReadonlySet<string>): GraphNode[] {
  const first = model.nodes.find((node) => node.opType === 'Conv' && path.has(node.outputs[0]))?.index ?? Infinity
  return model.nodes.filter((node) => {
    const [output] = node.outputs
    if (node.index < first || !path.has(output) || notFeatures.has(node.opType)) return false
    const sizes = sizesWithoutBatch(model, output)
    return sizes.length >= 3 && sizes.every((size) => size > 0) && sizes.slice(1).some((size) => size > 1)
  })
}

function lastOfStage(nodes: readonly GraphNode[], bottlenecks: ReadonlySet<string>): GraphNode {
  const narrow = nodes.filter((node) => bottlenecks.has(node.outputs[0]))
  const candidates = narrow.length > 0 ? narrow : nodes
  return candidates.findLast((node) => !unfinished.has(node.opType)) ?? candidates[candidates.length - 1]
}

/** Tensors that are, at some point of the node order, the only ones still to be read on the path. */
function bottleneckTensors(model: ProbedModel, path: ReadonlySet<string>): Set<string> {
  const readers = readersOf(model)
  const lastReader = new Map<string, number>()
  for (const tensor of path) {
    const onPath = (readers.get(tensor) ?? []).filter((node) => node.outputs.some((output) => path.has(output)))
    lastReader.set(tensor, onPath.at(-1)?.index ?? Infinity)
  }
  const live = new Set<string>(model.inputs.map((input) => input.name).filter((name) => path.has(name)))
  const bottlenecks = new Set<string>()
  for (const node of model.nodes) {
    if (!node.outputs.some((output) => path.has(output))) continue
    for (const output of node.outputs) if (path.has(output)) live.add(output)
    for (const name of node.inputs) if ((lastReader.get(name) ?? -1) <= node.index) live.delete(name)
    if (live.size === 1) bottlenecks.add([...live][0])
  }
  return bottlenecks
}

/** Sizes without the batch axis; 0 for one that grows with the batch. */
export function sizesWithoutBatch(model: ProbedModel, tensor: string): number[] {
  return (model.shapes.get(tensor) ?? []).slice(1).map((dim) => (dim.perBatch === 0 ? dim.fixed : 0))
}
