import { numberAttribute } from './attributes'
import type { Constant } from './constant'
import { isFloat } from './element-types'
import type { GraphModel, GraphNode } from './model'
import { producersOf } from './path'

/** What a weight does in its layer. */
export type WeightRole = 'kernel' | 'bias' | 'gamma' | 'beta' | 'mean' | 'variance' | 'slope'

/** One trained tensor of a layer. */
export interface Weight {
  readonly role: WeightRole
  /** Name of the constant, as `replaceInitializers` takes it. */
  readonly name: string
  readonly dims: readonly number[]
}

/** A node with trained weights. */
export interface WeightedLayer {
  /** Name of the node, or of its output when it has none. */
  readonly name: string
  readonly nodeIndex: number
  readonly opType: string
  readonly weights: readonly Weight[]
  /** Number of inputs that feed one output of the kernel (PyTorch's fan_in); null for layers without a kernel. */
  readonly fanIn: number | null
}

/** Inputs of an operator that are weights, by position. */
const weightInputs: Readonly<Record<string, Readonly<Record<number, WeightRole>>>> = {
  Conv: { 1: 'kernel', 2: 'bias' },
  ConvTranspose: { 1: 'kernel', 2: 'bias' },
  Gemm: { 0: 'kernel', 1: 'kernel', 2: 'bias' },
  MatMul: { 0: 'kernel', 1: 'kernel' },
  BatchNormalization: { 1: 'gamma', 2: 'beta', 3: 'mean', 4: 'variance' },
  InstanceNormalization: { 1: 'gamma', 2: 'beta' },
  LayerNormalization: { 1: 'gamma', 2: 'beta' },
  GroupNormalization: { 1: 'gamma', 2: 'beta' },
  PRelu: { 1: 'slope' }
}

/** After one of these, multiplying by or adding a constant tensor is the affine part of a normalization. */
const takesAffine = new Set(['BatchNormalization', 'InstanceNormalization', 'Mul', 'Div', 'Reshape', 'Add', 'Conv'])
/** After one of these, adding a constant tensor is the layer's bias, written as a node of its own. */
const takesBias = new Set(['Conv', 'ConvTranspose', 'MatMul', 'Gemm'])
/** Operators through which a constant only changes its shape. */
const reshaping = new Set(['Unsqueeze', 'Squeeze', 'Reshape', 'Identity', 'Flatten', 'Transpose', 'Cast'])

/**
 * The nodes that carry trained weights, in graph order, each with its own. A weight shared by several nodes belongs to
 * the first of them. Numbers that only scale or shift the input are not weights.
 */
export function weightedLayers(model: GraphModel): WeightedLayer[] {
  const sources = constantSources(model)
  const producers = producersOf(model)
  const taken = new Set<string>()
  const layers = new Map<number, WeightedLayer>()
  for (const node of model.nodes) {
    if (node.domain !== '') continue
    const free = (weights: readonly Weight[]): Weight[] => weights.filter((weight) => !taken.has(weight.name))
    const own = free(ownWeights(node, sources))
    const affine = own.length > 0 ? undefined : affinePart(node, sources, producers)
    const before = affine === undefined ? undefined : layers.get(affine.follows.index)
    if (own.length > 0) layers.set(node.index, layerOf(node, own, sources))
    else if (affine !== undefined && layers.size > 0 && free([affine.weight]).length > 0) {
      const isBias = before !== undefined && affine.weight.role === 'beta' && takesBias.has(before.opType)
      if (isBias)
        layers.set(before.nodeIndex, { ...before, weights: [...before.weights, { ...affine.weight, role: 'bias' }] })
      else layers.set(node.index, layerOf(node, [affine.weight], sources))
      own.push(affine.weight)
    }
    for (const weight of own) taken.add(weight.name)
  }
  return [...layers.values()]
}

function layerOf(node: GraphNode, weights: readonly Weight[], sources: ReadonlyMap<string, Constant>): WeightedLayer {
  const kernel = weights.find((weight) => weight.role === 'kernel')
  return {
    name: node.name || node.outputs[0],
    nodeIndex: node.index,
    opType: node.opType,
    weights,
    fanIn: kernel === undefined ? null : fanInOf(node, kernel, sources)
  }
}

/** The weights among a node's inputs. */
function ownWeights(node: GraphNode, sources: ReadonlyMap<string, Constant>): Weight[] {
  const known = Object.entries(weightInputs[node.opType] ?? {}).flatMap(([position, role]): Weight[] => {
    const constant = sources.get(node.inputs[Number(position)])
    const isWeight = constant !== undefined && isFloat(constant.elementType)
    return isWeight ? [{ role, name: constant.name, dims: constant.dims }] : []
  })
  // Both operands of a product being constant means it is computed from weights, not with them.
  return known.filter((weight) => weight.role === 'kernel').length > 1 ? [] : known
}

/** The tensor a node multiplies by or adds, when that node continues the layer before it; numbers alone are no weights. */
function affinePart(
  node: GraphNode,
  sources: ReadonlyMap<string, Constant>,
  producers: ReadonlyMap<string, GraphNode>
): { weight: Weight; follows: GraphNode } | undefined {
  if ((node.opType !== 'Add' && node.opType !== 'Mul') || node.inputs.length !== 2) return undefined
  const constants = node.inputs.filter((name) => sources.has(name))
  const follows = producers.get(node.inputs.find((name) => !sources.has(name)) ?? '')
  const constant = sources.get(constants[0])
  if (constants.length !== 1 || constant === undefined || follows === undefined) return undefined
  const count = constant.dims.reduce((product, size) => product * size, 1)
  const continues = takesAffine.has(follows.opType) || (node.opType === 'Add' && takesBias.has(follows.opType))
  if (count <= 1 || !continues || !isFloat(constant.elementType)) return undefined
  const role = node.opType === 'Add' ? 'beta' : 'gamma'
  return { weight: { role, name: constant.name, dims: constant.dims }, follows }
}

/** Tensors that are a constant, perhaps in another shape, with that constant. */
function constantSources(model: GraphModel): Map<string, Constant> {
  const sources = new Map(model.constants)
  for (const node of model.nodes) {
    const constant = reshaping.has(node.opType) && node.domain === '' ? sources.get(node.inputs[0]) : undefined
    if (constant !== undefined && !sources.has(node.outputs[0])) sources.set(node.outputs[0], constant)
  }
  return sources
}

/** fan_in as PyTorch counts it: sizes behind the first axis of the kernel as PyTorch stores it. */
function fanInOf(node: GraphNode, kernel: Weight, sources: ReadonlyMap<string, Constant>): number {
  const { dims } = kernel
  const behindFirst = dims.slice(1).reduce((product, size) => product * size, 1)
  if (node.opType === 'Conv' || node.opType === 'ConvTranspose') return behindFirst
  if (dims.length < 2) return dims[0] ?? 1
  const isLeft = sources.get(node.inputs[0])?.name === kernel.name
  const turned = node.opType === 'Gemm' && numberAttribute(node, isLeft ? 'transA' : 'transB', 0) !== 0
  const [rows, columns] = dims.slice(-2)
  // The axis that is summed over: columns of a left operand, rows of a right one, swapped when the node transposes it.
  return isLeft === turned ? rows : columns
}
