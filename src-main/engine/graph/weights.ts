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

/**
 * After one of these, adding or multiplying by a constant tensor is part of the layer: a bias, or the affine part of a
 * normalization.
 */
const takesAffine = new Set([
  'Conv',
  'ConvTranspose',
  'MatMul',
  'Gemm',
  'BatchNormalization',
  'InstanceNormalization',
  'Mul',
  'Div',
  'Reshape',
  'Add'
])
const affine: Readonly<Record<string, WeightRole>> = { Add: 'beta', Mul: 'gamma' }
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
  const layers: WeightedLayer[] = []
  let seenKernel = false
  for (const node of model.nodes) {
    const around: Surroundings = { seenKernel, before: producers }
    const weights = weightsOf(node, sources, around).filter((weight) => !taken.has(weight.name))
    if (weights.length === 0) continue
    for (const weight of weights) taken.add(weight.name)
    seenKernel ||= weights.some((weight) => weight.role === 'kernel')
    const kernel = weights.find((weight) => weight.role === 'kernel')
    layers.push({
      name: node.name || node.outputs[0],
      nodeIndex: node.index,
      opType: node.opType,
      weights,
      fanIn: kernel === undefined ? null : fanInOf(node, kernel, sources)
    })
  }
  return layers
}

interface Surroundings {
  readonly seenKernel: boolean
  readonly before: ReadonlyMap<string, GraphNode>
}

function weightsOf(
  node: GraphNode,
  sources: ReadonlyMap<string, Constant>,
  { seenKernel, before }: Surroundings
): Weight[] {
  if (node.domain !== '') return []
  const roles = weightInputs[node.opType]
  const found = (position: number, role: WeightRole): Weight[] => {
    const constant = sources.get(node.inputs[position])
    return constant === undefined || !isFloat(constant.elementType)
      ? []
      : [{ role, name: constant.name, dims: constant.dims }]
  }
  if (roles !== undefined) {
    const known = Object.entries(roles).flatMap(([position, role]) => found(Number(position), role))
    // Both operands of a product being constant means it is computed from weights, not with them.
    return known.filter((weight) => weight.role === 'kernel').length > 1 ? [] : known
  }
  const role = affine[node.opType]
  if (role === undefined || !seenKernel) return []
  const other = node.inputs.findIndex((name) => !sources.has(name))
  const follows = before.get(node.inputs[other])
  if (node.inputs.length !== 2 || follows === undefined || !takesAffine.has(follows.opType)) return []
  const weights = found(1 - other, role)
  return weights.filter((weight) => weight.dims.reduce((product, size) => product * size, 1) > 1)
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
