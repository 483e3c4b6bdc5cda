import { numberAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { everyAxis, fromFront, steering } from '../axes'
import { unsupportedUse } from '../faults'
import { signOf } from '../formulations/masks'
import { castMask, equal, expandLike, reduceProduct, reduceSum } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** The axes a reduction removes; no axes means all of them, unless the node says that it then does nothing. */
function reducedAxes(w: GraphWriter, node: GraphNode): number[] {
  const rank = w.shapeOf(node.inputs[0]).length
  const given = steering(w, node, { attribute: 'axes', input: 1 })
  if (given !== undefined && given.length > 0) return given.map((axis) => fromFront(axis, rank))
  return numberAttribute(node, 'noop_with_empty_axes', 0) ? [] : everyAxis(w, node.inputs[0])
}

/** A tensor in the reduction's output shape with the reduced axes put back as size 1. */
function withReducedAxes(w: GraphWriter, node: GraphNode, tensor: string): string {
  if (numberAttribute(node, 'keepdims', 1)) return tensor
  const reduced = new Set(reducedAxes(w, node))
  const sizes = w.sizesOf(node.inputs[0]).map((size, axis) => (reduced.has(axis) ? 1 : size))
  return w.op('Reshape', [tensor, w.int64s(sizes)])
}

const sum: BackwardRule = ({ w, node, outgoing }) => [expandLike(w, withReducedAxes(w, node, outgoing), node.inputs[0])]

const mean: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const sizes = w.sizesOf(input)
  const removed = reducedAxes(w, node).map((axis) => sizes[axis])
  if (removed.some((size) => size < 0)) throw unsupportedUse(node, w.model, 'a mean over the batch')
  const share = w.op('Mul', [outgoing, w.scalar(1 / removed.reduce((product, size) => product * size, 1), input)])
  return [expandLike(w, withReducedAxes(w, node, share), input)]
}

/** The gradient goes to the extreme; of several equal ones to the first, as in the pooling that exporters write this way. */
const extreme: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const axes = reducedAxes(w, node)
  const isExtreme = castMask(w, equal(w, input, withReducedAxes(w, node, node.outputs[0])), input)
  const reached = withReducedAxes(w, node, outgoing)
  const first = firstAlong(w, isExtreme, { axes, input })
  if (first !== null) return [w.op('Mul', [first, reached])]
  return [w.op('Mul', [isExtreme, w.op('Div', [reached, reduceSum(w, isExtreme, axes)])])]
}

/** First version of the standard operator set with CumSum. */
const cumulativeSums = 11

/**
 * Keeps the first of the ones along neighbouring axes, counted row major. null where the axes are apart or the batch is among
 * them, or the operator set has no running sums: ties then share equally, as in PyTorch's amax.
 */
function firstAlong(
  w: GraphWriter,
  mask: string,
  { axes, input }: { axes: readonly number[]; input: string }
): string | null {
  const sizes = w.sizesOf(input)
  const [from, to] = [Math.min(...axes), Math.max(...axes)]
  const areNeighbours = axes.length > 0 && to - from === axes.length - 1
  if (w.opset < cumulativeSums || !areNeighbours || sizes.slice(1).includes(-1) || from === 0) return null
  const count = sizes.slice(from, to + 1).reduce((product, size) => product * size, 1)
  const merged = [0, ...sizes.slice(1, from), count, ...sizes.slice(to + 1)]
  const line = axes.length === 1 ? mask : w.op('Reshape', [mask, w.int64s(merged)])
  const before = w.op('CumSum', [line, w.int64(from)], { exclusive: 1 })
  const isFirst = castMask(w, equal(w, before, w.scalar(0, input)), input)
  const first = w.op('Mul', [line, isFirst])
  return axes.length === 1 ? first : w.op('Reshape', [first, w.int64s([0, ...sizes.slice(1)])])
}

/** x / |x|; a vector of zeros has no direction and gets 0, as in PyTorch. */
const euclideanNorm: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const [norm] = node.outputs
  const isZero = castMask(w, equal(w, norm, w.scalar(0, input)), input)
  const share = w.op('Div', [outgoing, w.op('Add', [norm, isZero])])
  return [w.op('Mul', [input, withReducedAxes(w, node, share)])]
}

const sumOfSizes: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  return [w.op('Mul', [signOf(w, input), withReducedAxes(w, node, outgoing)])]
}

/** The output is the logarithm of the sum: its exponential is the sum itself. */
const logOfSum: BackwardRule = ({ w, node, outgoing }) => {
  const share = w.op('Div', [outgoing, w.op('Exp', [node.outputs[0]])])
  return [expandLike(w, withReducedAxes(w, node, share), node.inputs[0])]
}

const logOfSumOfExponentials: BackwardRule = ({ w, node, outgoing }) => {
  const weights = w.op('Exp', [w.op('Sub', [node.inputs[0], withReducedAxes(w, node, node.outputs[0])])])
  return [w.op('Mul', [weights, withReducedAxes(w, node, outgoing)])]
}

/**
 * The product of all other elements: the whole divided by this one. Where one factor is zero, only it has a slope, the
 * product of the rest; where two are, none has.
 */
const product: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const axes = reducedAxes(w, node)
  const zero = w.scalar(0, input)
  const isZero = castMask(w, equal(w, input, zero), input)
  const filled = w.op('Add', [input, isZero])
  const zeros = reduceSum(w, isZero, axes)
  const none = castMask(w, equal(w, zeros, zero), input)
  const single = castMask(w, equal(w, zeros, w.scalar(1, input)), input)
  const kept = w.op('Add', [
    w.op('Mul', [none, w.op('Sub', [w.scalar(1, input), isZero])]),
    w.op('Mul', [single, isZero])
  ])
  const rest = w.op('Div', [reduceProduct(w, filled, axes), filled])
  return [w.op('Mul', [w.op('Mul', [rest, kept]), withReducedAxes(w, node, outgoing)])]
}

const sumOfSquares: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  return [w.op('Mul', [w.op('Mul', [input, w.scalar(2, input)]), withReducedAxes(w, node, outgoing)])]
}

/** Reductions over axes. */
export const reductions: RuleFamily = {
  ReduceSum: sum,
  ReduceMean: mean,
  ReduceMax: extreme,
  ReduceMin: extreme,
  ReduceProd: product,
  ReduceL1: sumOfSizes,
  ReduceL2: euclideanNorm,
  ReduceLogSum: logOfSum,
  ReduceLogSumExp: logOfSumOfExponentials,
  ReduceSumSquare: sumOfSquares
}
