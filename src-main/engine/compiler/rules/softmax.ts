import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { axisOf } from '../axes'
import { reduceSum } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/**
 * Before opset 13 the tensor is seen as a matrix: everything from the axis (then 1 by default) on is normalised
 * together.
 */
function normalisedAxes(w: GraphWriter, node: GraphNode): number[] {
  const rank = w.shapeOf(node.inputs[0]).length
  const axis = axisOf(w, node, w.opset < 13 ? 1 : -1)
  return w.opset < 13 ? Array.from({ length: rank - axis }, (_, offset) => axis + offset) : [axis]
}

const softmaxRule: BackwardRule = ({ w, node, outgoing }) => {
  const [y] = node.outputs
  const weighted = w.op('Mul', [outgoing, y])
  return [w.op('Sub', [weighted, w.op('Mul', [y, reduceSum(w, weighted, normalisedAxes(w, node))])])]
}

const logSoftmax: BackwardRule = ({ w, node, outgoing }) => {
  const probabilities = w.op('Exp', [node.outputs[0]])
  return [w.op('Sub', [outgoing, w.op('Mul', [probabilities, reduceSum(w, outgoing, normalisedAxes(w, node))])])]
}

/** Normalised exponentials. */
export const softmax: RuleFamily = { Softmax: softmaxRule, LogSoftmax: logSoftmax }
