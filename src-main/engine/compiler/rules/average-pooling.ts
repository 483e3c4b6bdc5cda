import { numberAttribute } from '@engine/graph/attributes'
import { averagePoolGradient } from '../formulations/average-pool'
import { windowOf } from '../formulations/window'
import { expandLike } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

const averagePool: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const window = windowOf(w, node, { wide: input, narrow: node.outputs[0] })
  const channels = w.sizesOf(input)[1]
  return [
    averagePoolGradient(w, outgoing, {
      node,
      window,
      channels,
      countsPadding: numberAttribute(node, 'count_include_pad', 0) !== 0
    })
  ]
}

const globalAveragePool: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const count = w
    .sizesOf(input)
    .slice(2)
    .reduce((product, size) => product * size, 1)
  return [expandLike(w, w.op('Mul', [outgoing, w.scalar(1 / count, input)]), input)]
}

/** Means over windows. */
export const averagePooling: RuleFamily = { AveragePool: averagePool, GlobalAveragePool: globalAveragePool }
