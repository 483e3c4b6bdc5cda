import { axisRoles, type Role } from './axis-roles'
import { isFloat } from './element-types'
import type { GraphNode, ProbedModel } from './model'
import { producersOf, readersOf, tensorsBetween } from './path'

/** A layer a class activation map can be made at. */
export interface TargetLayer {
  /** ONNX tensor name. */
  readonly tensor: string
  readonly title: string
  /** Without the batch axis: `[K, ...spatial]`, `[...spatial, K]`, `[tokens, K]` or `[K, tokens]`. */
  readonly shape: readonly number[]
  /** For any other layout than `[K, ...spatial]`: the grid of places, tokens in front of it, its (first) axis. */
  readonly tokens?: { readonly grid: readonly number[]; readonly drop: number; readonly axis: number }
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
const unfinished = new Set(['Conv', 'ConvTranspose', 'BatchNormalization', 'MatMul', 'Gemm'])

/**
 * Proposes target layers: the last features before the spatial axes end, then the last ones of each coarser-to-finer
 * resolution. Preferred are tensors that everything the model knows about the image passes through, after their
 * nonlinearity. Where the answer is read from a class token alone, places stop mattering at the last mixing of tokens,
 * and the normalised tokens that go into it are proposed (as Gildenblat's pytorch-grad-cam recommends for ViT).
 * Everything is read off measured sizes and structure, never off names.
 */
export function proposeLayers(model: ProbedModel, logits: string): TargetLayer[] {
  const input = model.inputs[0]?.name
  if (input === undefined) return []
  const path = tensorsBetween(model, [input], logits)
  const roles = axisRoles(model, path)
  const features = featureLayers(model, path, roles)
  const bottlenecks = bottleneckTensors(model, path)
  const stages = new Map<string, Feature[]>()
  for (const feature of features) {
    const resolution = feature.grid.join('×')
    stages.set(resolution, [...(stages.get(resolution) ?? []), feature])
  }
  const chosen = [...stages.values()]
    .map((own) => lastOfStage(model, own, bottlenecks))
    .sort((a, b) => b.node.index - a.node.index)
  return chosen.map(({ layer, grid, channels }, order) => ({
    ...layer,
    title: `${order === 0 ? 'Last' : 'Earlier'} features, ${grid.join(' × ')}, ${channels} channels`
  }))
}

/** What a tensor of the model is as a layer, proposed or not; undefined when its axes are no channels and places. */
export function layerAt(model: ProbedModel, tensor: string, logits: string): TargetLayer | undefined {
  const input = model.inputs[0]?.name
  if (input === undefined) return undefined
  const roles = axisRoles(model, tensorsBetween(model, [input], logits)).get(tensor)
  const found = roles === undefined ? undefined : layerFrom(model, tensor, roles)
  return found === undefined ? undefined : { ...found.layer, title: tensor }
}

interface Feature {
  readonly node: GraphNode
  readonly layer: Omit<TargetLayer, 'title'>
  readonly grid: readonly number[]
  readonly channels: number
}

/** Nodes on the path, from the first convolution or product on, whose output has channels and real places. */
function featureLayers(
  model: ProbedModel,
  path: ReadonlySet<string>,
  roles: ReadonlyMap<string, readonly Role[]>
): Feature[] {
  const learnt = ['Conv', 'MatMul', 'Gemm', 'QLinearConv', 'ConvInteger']
  const first = model.nodes.find((node) => learnt.includes(node.opType) && path.has(node.outputs[0]))?.index ?? Infinity
  const end = lastMixing(model, path, roles)
  return model.nodes.flatMap((node) => {
    const [output] = node.outputs
    const known = roles.get(output)
    if (node.index < first || node.index >= end || known === undefined || notFeatures.has(node.opType)) return []
    if (!isFloat(model.types.get(output))) return []
    const found = layerFrom(model, output, known)
    return found === undefined ? [] : [{ node, ...found }]
  })
}

/** A tensor as a layer by the roles of its axes. */
function layerFrom(model: ProbedModel, tensor: string, roles: readonly Role[]): Omit<Feature, 'node'> | undefined {
  const shape = sizesWithoutBatch(model, tensor)
  const own = roles.slice(1)
  const channelAxis = own.findIndex(({ kind }) => kind === 'channel')
  const places = own.filter(({ kind }) => kind !== 'channel')
  const behind = channelAxis === 0 ? 1 : 0
  const isLayer = roles[0]?.kind === 'batch' && (channelAxis === 0 || channelAxis === own.length - 1)
  if (!isLayer || places.length !== own.length - 1 || shape.some((size) => size < 1)) return undefined
  const [only] = places
  if (places.length === 1 && only.kind === 'tokens') {
    const { grid, drop } = only
    return { grid, channels: shape[channelAxis], layer: { tensor, shape, tokens: { grid, drop, axis: behind } } }
  }
  const inOrder = places.every((role, axis) => role.kind === 'space' && role.axis === axis)
  const grid = shape.filter((_, axis) => axis !== channelAxis)
  if (!inOrder || !grid.some((size) => size > 1)) return undefined
  const layer = channelAxis === 0 ? { tensor, shape } : { tensor, shape, tokens: { grid, drop: 0, axis: 0 } }
  return { grid, channels: shape[channelAxis], layer }
}

const mixing = new Set(['Softmax', 'Attention', 'MultiHeadAttention'])

/** Index of the last node that mixes tokens, when only a class token is read behind it; else Infinity. */
function lastMixing(
  model: ProbedModel,
  path: ReadonlySet<string>,
  roles: ReadonlyMap<string, readonly Role[]>
): number {
  const isClassToken = (node: GraphNode): boolean => {
    const before = roles.get(node.inputs[0])?.find(({ kind }) => kind === 'tokens')
    const after = roles.get(node.outputs[0])?.find(({ kind }) => kind === 'tokens')
    const cuts = node.opType === 'Gather' || node.opType === 'Slice' || node.opType === 'Split'
    return cuts && before?.kind === 'tokens' && before.drop > 0 && after === undefined && path.has(node.outputs[0])
  }
  const reader = model.nodes.findLast(isClassToken)
  if (reader === undefined) return Infinity
  const last = model.nodes.findLast(
    (node) => mixing.has(node.opType) && node.index < reader.index && path.has(node.outputs[0])
  )
  return last?.index ?? Infinity
}

function lastOfStage(model: ProbedModel, features: readonly Feature[], bottlenecks: ReadonlySet<string>): Feature {
  const withClassToken = features.filter(({ layer }) => (layer.tokens?.drop ?? 0) > 0)
  const normalised = withClassToken.filter(({ node }) => isNormalisation(model, node))
  if (normalised.length > 0) return normalised[normalised.length - 1]
  const narrow = features.filter(({ node }) => bottlenecks.has(node.outputs[0]))
  const candidates = narrow.length > 0 ? narrow : features
  return candidates.findLast(({ node }) => !unfinished.has(node.opType)) ?? candidates[candidates.length - 1]
}

/** A LayerNormalization, whole or as the chain Div, Mul, Add that older exports write. */
function isNormalisation(model: ProbedModel, node: GraphNode): boolean {
  if (node.opType === 'LayerNormalization') return true
  const producers = producersOf(model)
  const before = (of: GraphNode | undefined, opType: string): GraphNode | undefined =>
    of?.inputs.map((name) => producers.get(name)).find((candidate) => candidate?.opType === opType)
  return node.opType === 'Add' && before(before(node, 'Mul'), 'Div') !== undefined
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
