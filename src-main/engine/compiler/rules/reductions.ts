import { numberAttribute, numbersAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { unsupportedUse } from '../faults'
import { expandLike } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** The axes a reduction removes; they are an attribute or, in later operator sets, an input. */
function reducedAxes(w: GraphWriter, node: GraphNode): number[] {
  const rank = w.shapeOf(node.inputs[0]).length
  const given = node.inputs[1] ? w.model.integers.get(node.inputs[1]) : numbersAttribute(node, 'axes')
  if (node.inputs[1] && given === undefined) throw unsupportedUse(node, w.model, 'axes that are only known while the model runs')
  if (given === undefined || given.length === 0) {
    return numberAttribute(node, 'noop_with_empty_axes', 0) ? [] : Array.from({ length: rank }, (_, axis) => axis)
  }
  return given.map((axis) => (axis < 0 ? axis + rank : axis))
}

/** The gradient with the reduced axes put back as size 1. */
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
  const count = reducedAxes(w, node).reduce((product, axis) => product * sizes[axis], 1)
  if (count < 0) throw unsupportedUse(node, w.model, 'a mean over the batch')
  const share = w.op('Mul', [outgoing, w.scalar(1 / count, input)])
  return [expandLike(w, withReducedAxes(w, node, share), input)]
}

/** Sums and means over axes. */
export const reductions: RuleFamily = { ReduceSum: sum, ReduceMean: mean }
