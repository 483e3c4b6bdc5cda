import { numberAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { everyAxis, fromFront, steering } from '../axes'
import { unsupportedUse } from '../faults'
import { castMask, equal, expandLike, reduceSum } from '../operators'
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

const euclideanNorm: BackwardRule = ({ w, node, outgoing }) => {
  const share = w.op('Div', [withReducedAxes(w, node, outgoing), withReducedAxes(w, node, node.outputs[0])])
  return [w.op('Mul', [node.inputs[0], share])]
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
  ReduceL2: euclideanNorm,
  ReduceSumSquare: sumOfSquares
}
