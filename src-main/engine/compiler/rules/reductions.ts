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

/** The gradient goes to the extreme; elements that tie share it equally, as in PyTorch's amax. */
const extreme: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const isExtreme = castMask(w, equal(w, input, withReducedAxes(w, node, node.outputs[0])), input)
  const count = reduceSum(w, isExtreme, reducedAxes(w, node))
  return [w.op('Mul', [isExtreme, w.op('Div', [withReducedAxes(w, node, outgoing), count])])]
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
