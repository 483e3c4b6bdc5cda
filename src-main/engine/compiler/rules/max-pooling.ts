import { maxPoolGradient } from '../formulations/max-pool-routing'
import { windowOf } from '../formulations/window'
import { keepWhere, reduceSum, castMask, expandLike } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** The gradient goes to the first maximum of each window, as in PyTorch: flat background makes every window of it a tie. */
const maxPool: BackwardRule = (context) => {
  const { w, node, outgoing, target } = context
  const window = windowOf(w, node, { wide: node.inputs[0], narrow: node.outputs[0] })
  return [maxPoolGradient(w, outgoing, { node, window, channels: w.sizesOf(node.inputs[0])[1] }, target)]
}

/** Ties share the gradient equally, so that the sum is kept. */
const globalMaxPool: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const axes = w.shapeOf(input).map((_, axis) => axis).slice(2)
  void keepWhere, reduceSum, castMask, expandLike, axes
  return [outgoing]
}

export const maxPooling: RuleFamily = { MaxPool: maxPool, GlobalMaxPool: globalMaxPool }
