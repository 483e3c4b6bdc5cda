import { floatsOf } from './constant'
import { numberAttribute } from './attributes'
import type { GraphNode, ProbedModel } from './model'
import { producersOf, readersOf, tensorsBetween } from './path'

/** A tensor to which a layer adds the same number at every place of a channel. */
export interface BiasedTensor {
  readonly tensor: string
  /** One value per channel. */
  readonly bias: Float32Array
  /** Axis of the channels, the batch counted. */
  readonly channelAxis: number
  /** True for convolutions and batch normalisations on image axes: what FullGrad draws. */
  readonly onImage: boolean
}

/**
 * Every bias between the input and `of`: those of convolutions (their own or added right behind them), the implicit one of
 * batch normalisation (β − μγ/√(σ² + ε)), of dense layers and of other added constants. The same whether an exporter
 * merged the normalisation or not, as long as the convolution before it has no bias of its own.
 */
export function biasedTensors(model: ProbedModel, input: string, of: string): BiasedTensor[] {
  const path = tensorsBetween(model, [input], of)
  const producers = producersOf(model)
  const readers = readersOf(model)
  return model.nodes.flatMap((node) => {
    if (node.domain !== '' || !path.has(node.outputs[0])) return []
    const found = biasOf(model, node)
    if (found === null) return []
    const onImage =
      rankOf(model, node.outputs[0]) > 2 &&
      (imageOps.has(node.opType) || behindConvolution(node, { producers, readers }))
    return [{ tensor: node.outputs[0], ...found, onImage: onImage && found.channelAxis === 1 }]
  })
}

const convolutions = new Set(['Conv', 'ConvTranspose'])
const imageOps = new Set([...convolutions, 'BatchNormalization'])

type Bias = Pick<BiasedTensor, 'bias' | 'channelAxis'>

function biasOf(model: ProbedModel, node: GraphNode): Bias | null {
  switch (node.opType) {
    case 'Conv':
    case 'ConvTranspose':
      return perChannel(valuesOf(model, node.inputs[2]), 1)
    case 'BatchNormalization':
      return perChannel(normalisationBias(model, node), 1)
    case 'Gemm':
      return addedConstant(model, node, { at: 2, scale: numberAttribute(node, 'beta', 1) })
    case 'Add':
      return addedConstant(model, node, { at: 0, scale: 1 }) ?? addedConstant(model, node, { at: 1, scale: 1 })
    case 'Sub':
      return addedConstant(model, node, { at: 1, scale: -1 })
    default:
      return null
  }
}

const perChannel = (bias: Float32Array | null, channelAxis: number): Bias | null =>
  bias === null ? null : { bias, channelAxis }

function valuesOf(model: ProbedModel, tensor: string | undefined): Float32Array | null {
  const constant = tensor === undefined ? undefined : model.constants.get(tensor)
  return constant === undefined ? null : floatsOf(constant)
}

/** β − μγ/√(σ² + ε). */
function normalisationBias(model: ProbedModel, node: GraphNode): Float32Array | null {
  const [scale, shift, mean, variance] = node.inputs.slice(1, 5).map((name) => valuesOf(model, name))
  if (!scale || !shift || !mean || !variance) return null
  const epsilon = numberAttribute(node, 'epsilon', 1e-5)
  return shift.map((beta, channel) => beta - (mean[channel] * scale[channel]) / Math.sqrt(variance[channel] + epsilon))
}

/** A constant with at most one axis longer than 1 is a bias along that axis. */
function addedConstant(model: ProbedModel, node: GraphNode, { at, scale }: { at: number; scale: number }): Bias | null {
  const values = valuesOf(model, node.inputs[at])
  const dims = model.constants.get(node.inputs[at])?.dims
  const rank = rankOf(model, node.outputs[0])
  if (values === null || dims === undefined || dims.length > rank) return null
  const long = dims.flatMap((size, axis) => (size > 1 ? [axis + rank - dims.length] : []))
  if (long.length > 1) return null
  const channelAxis = long[0] ?? Math.min(1, rank - 1)
  const channels = model.shapes.get(node.outputs[0])?.[channelAxis]
  if (channels === undefined || channels.perBatch !== 0) return null
  return {
    channelAxis,
    bias: Float32Array.from({ length: channels.fixed }, (_, channel) => scale * values[long.length === 0 ? 0 : channel])
  }
}

/** An addition that is the bias of a convolution: nothing else reads the convolution, which has none of its own. */
function behindConvolution(
  node: GraphNode,
  { producers, readers }: { producers: ReadonlyMap<string, GraphNode>; readers: ReadonlyMap<string, GraphNode[]> }
): boolean {
  if (node.opType !== 'Add') return false
  return node.inputs.some((name) => {
    const before = producers.get(name)
    return (
      before !== undefined &&
      convolutions.has(before.opType) &&
      (before.inputs[2] ?? '') === '' &&
      readers.get(name)?.length === 1
    )
  })
}

function rankOf(model: ProbedModel, tensor: string): number {
  return model.shapes.get(tensor)?.length ?? 0
}
