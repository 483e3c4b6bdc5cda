import { numberAttribute, numbersAttribute } from '@engine/graph/attributes'
import type { GraphWriter } from '@engine/graph/writer'
import { axisOf, everyAxis, fromFront } from '../axes'
import { unsupportedUse } from '../faults'
import { noteScaled, rescalingOf } from '../formulations/channel-scale'
import { channelWindowGradient } from '../formulations/channel-window'
import { signOf } from '../formulations/masks'
import { momentsOf, throughNormalized } from '../formulations/moments'
import { castMask, equal, reduceSum } from '../operators'
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

const instanceNormalization: BackwardRule = ({ w, node, outgoing }) => {
  const [x, gamma] = node.inputs
  const axes = everyAxis(w, x).slice(2)
  const moments = momentsOf(w, x, axes, { like: x, epsilon: numberAttribute(node, 'epsilon', 1e-5) })
  const inner = throughNormalized(w, { x, gradient: outgoing, axes }, moments)
  return [w.op('Mul', [inner, alongChannels(w, gamma, x)])]
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

/**
 * (x - mean) / (deviation + 1e-9) over stated axes; the batch is one of the default ones, which mixes the images of a
 * batch, as the operator itself does.
 */
const meanVariance: BackwardRule = ({ w, node, outgoing }) => {
  const [x] = node.inputs
  const rank = w.shapeOf(x).length
  // Before opset 9 the node said whether the channels are normalised together.
  const fallback = numberAttribute(node, 'across_channels', 0) ? [0, 1, 2, 3] : [0, 2, 3]
  const axes = (numbersAttribute(node, 'axes') ?? fallback).map((axis) => fromFront(axis, rank))
  const moments = momentsOf(w, x, axes, { like: x, epsilon: 0 })
  return [throughNormalized(w, { x, gradient: outgoing, axes }, moments)]
}

/** x / |x| along one axis, by the sum of squares or of absolute values. A vector of zeros stays one and passes nothing. */
const lpNormalization: BackwardRule = ({ w, node, outgoing }) => {
  const [x] = node.inputs
  const [y] = node.outputs
  const axis = axisOf(w, node, -1)
  const p = numberAttribute(node, 'p', 2)
  const sizes = p === 2 ? w.op('Mul', [x, x]) : w.op('Abs', [x])
  const total = reduceSum(w, sizes, [axis])
  const norm = p === 2 ? w.op('Sqrt', [total]) : total
  const isZero = castMask(w, equal(w, norm, w.scalar(0, x)), x)
  const inverse = w.op('Div', [w.op('Sub', [w.scalar(1, x), isZero]), w.op('Add', [norm, isZero])])
  const along = w.op('Mul', [p === 2 ? y : signOf(w, x), reduceSum(w, w.op('Mul', [outgoing, y]), [axis])])
  return [w.op('Mul', [w.op('Sub', [outgoing, along]), inverse])]
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
  GroupNormalization: groupNormalization,
  MeanVarianceNormalization: meanVariance,
  LpNormalization: lpNormalization,
  LRN: localResponse
}
