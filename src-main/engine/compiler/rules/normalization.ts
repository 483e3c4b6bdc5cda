import { numberAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { axisOf, everyAxis } from '../axes'
import { unsupportedUse } from '../faults'
import { noteScaled, rescalingOf } from '../formulations/channel-scale'
import { channelWindowGradient } from '../formulations/channel-window'
import { reduceMean } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/**
 * At inference a batch normalization scales each channel by gamma / sqrt(variance + epsilon); ONNX Runtime folds the
 * factor at load.
 */
const batchNormalization: BackwardRule = ({ w, node, outgoing }) => {
  const [input, gamma, , , variance] = node.inputs
  if (numberAttribute(node, 'training_mode', 0) !== 0) throw unsupportedUse(node, w.model, 'training mode')
  const epsilon = w.scalar(numberAttribute(node, 'epsilon', 1e-5), variance)
  const factor = w.op('Div', [gamma, w.op('Sqrt', [w.op('Add', [variance, epsilon])])])
  // Before opset 9 the statistics could belong to single elements instead of channels.
  const perChannel = numberAttribute(node, 'spatial', 1) !== 0
  if (!perChannel) return [w.op('Mul', [outgoing, factor])]
  const rescale = rescalingOf(w, outgoing)
  if (rescale !== undefined) return [rescale(factor)]
  const scaled = w.op('Mul', [outgoing, alongChannels(w, factor, input)])
  noteScaled(w, scaled, { unscaled: outgoing, factors: factor })
  return [scaled]
}

/** A vector of channels in a shape that broadcasts over a tensor of the model. */
function alongChannels(w: GraphWriter, vector: string, like: string): string {
  const spatial = Math.max(0, w.shapeOf(like).length - 2)
  return spatial === 0 ? vector : w.op('Reshape', [vector, w.int64s([-1, ...Array<number>(spatial).fill(1)])])
}

/** Mean and reciprocal deviation of the normalised axes; both keep them as size 1. */
interface Moments {
  readonly mean: string
  readonly inverse: string
}

function momentsOf(
  w: GraphWriter,
  tensor: string,
  axes: readonly number[],
  { like, epsilon }: { like: string; epsilon: number }
): Moments {
  const mean = reduceMean(w, tensor, axes)
  const centred = w.op('Sub', [tensor, mean])
  const variance = reduceMean(w, w.op('Mul', [centred, centred]), axes)
  const inverse = w.op('Reciprocal', [w.op('Sqrt', [w.op('Add', [variance, w.scalar(epsilon, like)])])])
  return { mean, inverse }
}

/**
 * Gradient through x̂ = (x - mean) · inverse: inverse · (g - mean(g) - x̂ · mean(g · x̂)).
 * Ioffe and Szegedy, Batch Normalization, arXiv:1502.03167, section 3, with the terms collected.
 */
function throughNormalized(
  w: GraphWriter,
  { x, gradient, axes }: { x: string; gradient: string; axes: readonly number[] },
  { mean, inverse }: Moments
): string {
  const normalized = w.op('Mul', [w.op('Sub', [x, mean]), inverse])
  const projection = w.op('Mul', [normalized, reduceMean(w, w.op('Mul', [gradient, normalized]), axes)])
  const centred = w.op('Sub', [w.op('Sub', [gradient, reduceMean(w, gradient, axes)]), projection])
  return w.op('Mul', [centred, inverse])
}

const instanceNormalization: BackwardRule = ({ w, node, outgoing }) => {
  const [x, gamma] = node.inputs
  const axes = everyAxis(w, x).slice(2)
  const moments = momentsOf(w, x, axes, { like: x, epsilon: numberAttribute(node, 'epsilon', 1e-5) })
  const inner = throughNormalized(w, { x, gradient: outgoing, axes }, moments)
  return [w.op('Mul', [inner, alongChannels(w, gamma, x)])]
}

const layerNormalization: BackwardRule = ({ w, node, outgoing }) => {
  const [x, gamma] = node.inputs
  const axes = everyAxis(w, x).slice(axisOf(w, node, -1))
  const moments = layerMoments(w, node, axes)
  return [throughNormalized(w, { x, gradient: w.op('Mul', [outgoing, gamma]), axes }, moments)]
}

/**
 * The node itself can state its moments; in half precision it states them in another type, so they are computed again.
 */
function layerMoments(w: GraphWriter, node: GraphNode, axes: readonly number[]): Moments {
  const [x] = node.inputs
  if (w.typeOf(x) === 'float32')
    return { mean: w.requestOutput(node.index, 1), inverse: w.requestOutput(node.index, 2) }
  return momentsOf(w, x, axes, { like: x, epsilon: numberAttribute(node, 'epsilon', 1e-5) })
}

/** Groups of channels, normalised together. In opset 18 scale and bias are per group, from 21 on per channel. */
const groupNormalization: BackwardRule = ({ w, node, outgoing }) => {
  const [x, gamma] = node.inputs
  const groups = numberAttribute(node, 'num_groups', 1)
  const sizes = w.sizesOf(x)
  const grouped = [-1, groups, sizes[1] / groups, ...sizes.slice(2)]
  const axes = grouped.map((_, axis) => axis).slice(2)
  const apart = (tensor: string): string => w.op('Reshape', [tensor, w.int64s(grouped)])
  const perGroup = w.sizesOf(gamma)[0] === groups
  const ones = Array<number>(axes.length).fill(1)
  const scale = w.op('Reshape', [gamma, w.int64s(perGroup ? [groups, ...ones] : [groups, -1, ...ones.slice(1)])])
  const rows = apart(x)
  const moments = momentsOf(w, rows, axes, { like: x, epsilon: numberAttribute(node, 'epsilon', 1e-5) })
  const inner = throughNormalized(w, { x: rows, gradient: w.op('Mul', [apart(outgoing), scale]), axes }, moments)
  return [w.reshapeLike(inner, x)]
}

/** Local response normalization: each element is divided by a power of the squares in neighbouring channels. */
const localResponse: BackwardRule = ({ w, node, outgoing }) => [
  channelWindowGradient(w, outgoing, {
    node,
    size: numberAttribute(node, 'size', 1),
    alpha: numberAttribute(node, 'alpha', 1e-4),
    beta: numberAttribute(node, 'beta', 0.75),
    bias: numberAttribute(node, 'bias', 1)
  })
]

/** Normalizations. Gradients of their scales and shifts are never asked for. */
export const normalization: RuleFamily = {
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  GroupNormalization: groupNormalization,
  LRN: localResponse
}
