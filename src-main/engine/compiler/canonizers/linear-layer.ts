import { numberAttribute } from '@engine/graph/attributes'
import type { GraphNode, ProbedModel } from '@engine/graph/model'
import { producersOf, readersOf } from '@engine/graph/path'
import { sameShape } from '@engine/graph/writer'
import { groupsOf } from '../formulations/window'
import type { CompositeScope } from '../rule'

/**
 * What becomes of batch normalizations that are not right behind a convolution. `merge`: they scale and shift, and their
 * shift takes its share like any bias. `pass`: relevance goes through them unchanged, as in zennit.
 */
export type BatchNormMode = 'merge' | 'pass'

/** A node with a kernel, with the nodes that are one linear map with it. */
export interface LinearLayer {
  readonly node: GraphNode
  readonly kind: 'convolution' | 'dense'
  /** What the whole linear map makes: the output of the last node behind. */
  readonly output: string
  /** Batch normalizations and additions of a constant right behind, in order. */
  readonly behind: readonly GraphNode[]
  /** A batch normalization right before, or null. */
  readonly before: GraphNode | null
}

/** The linear layers of a graph by node index, and the nodes that were made part of one. */
export interface CanonicalLayers {
  readonly layers: ReadonlyMap<number, LinearLayer>
  readonly absorbed: ReadonlySet<number>
}

const kinds: Readonly<Record<string, LinearLayer['kind']>> = {
  Conv: 'convolution',
  ConvTranspose: 'convolution',
  Gemm: 'dense',
  MatMul: 'dense'
}

/**
 * Finds the linear layers on the path and what belongs to each: a batch normalization or a bias behind (Conv → BN,
 * MatMul → Add), and a batch normalization right before. A tensor with a second reader ends a layer.
 */
export function canonicalLayers(
  { model, path }: Pick<CompositeScope, 'model' | 'path'>,
  batchnorm: BatchNormMode
): CanonicalLayers {
  const readers = readersOf(model)
  const producers = producersOf(model)
  const absorbed = new Set<number>()
  const found: LinearLayer[] = []
  const outputs = new Set(model.outputs.map(({ name }) => name))
  const onlyReader = (tensor: string): GraphNode | undefined => {
    const all = readers.get(tensor) ?? []
    return all.length === 1 && !outputs.has(tensor) ? all[0] : undefined
  }
  for (const node of model.nodes) {
    if (node.domain !== '' || !(node.opType in kinds) || !path.has(node.inputs[0]) || !path.has(node.outputs[0]))
      continue
    const behind: GraphNode[] = []
    for (let tensor = node.outputs[0]; ; tensor = behind[behind.length - 1].outputs[0]) {
      const next = onlyReader(tensor)
      if (next === undefined || !path.has(next.outputs[0]) || !belongsBehind(model, node, next, tensor)) break
      behind.push(next)
      absorbed.add(next.index)
    }
    found.push({
      node,
      kind: kinds[node.opType],
      output: behind.at(-1)?.outputs[0] ?? node.outputs[0],
      behind,
      before: null
    })
  }
  if (batchnorm === 'pass') return { layers: byNode(found), absorbed }
  const layers = found.map((layer) => {
    const before = producers.get(layer.node.inputs[0])
    const merges =
      before !== undefined &&
      !absorbed.has(before.index) &&
      isFixedNormalization(before) &&
      path.has(before.inputs[0]) &&
      onlyReader(before.outputs[0]) === layer.node &&
      canScaleInputs(layer.node)
    if (merges) absorbed.add(before.index)
    return merges ? { ...layer, before } : layer
  })
  return { layers: byNode(layers), absorbed }
}

const byNode = (layers: readonly LinearLayer[]): Map<number, LinearLayer> =>
  new Map(layers.map((layer) => [layer.node.index, layer]))

/** A batch normalization as it is used at inference: one factor and one shift per channel. */
export function isFixedNormalization(node: GraphNode): boolean {
  return (
    node.opType === 'BatchNormalization' &&
    node.domain === '' &&
    numberAttribute(node, 'training_mode', 0) === 0 &&
    numberAttribute(node, 'spatial', 1) !== 0
  )
}

function belongsBehind(model: ProbedModel, layer: GraphNode, next: GraphNode, tensor: string): boolean {
  if (isFixedNormalization(next)) return next.inputs[0] === tensor && canScaleOutputs(model, layer)
  if (next.opType !== 'Add' || next.domain !== '') return false
  const other = next.inputs.find((input) => input !== tensor)
  const [made, from] = [model.shapes.get(next.outputs[0]), model.shapes.get(tensor)]
  if (other === undefined || made === undefined || from === undefined) return false
  return model.constants.has(other) && sameShape(made, from)
}

/** Channels of a product of matrices lie on the last axis, which is axis 1 only for rows of values. */
function canScaleOutputs(model: ProbedModel, { opType, outputs, attributes }: GraphNode): boolean {
  if (opType === 'ConvTranspose') return groupsOf({ attributes } as GraphNode) === 1
  return opType === 'Conv' || model.shapes.get(outputs[0])?.length === 2
}

function canScaleInputs(node: GraphNode): boolean {
  return node.opType === 'Conv' && groupsOf(node) === 1
}
