import { maxPoolGradient } from '../formulations/max-pool-routing'
import { windowOf } from '../formulations/window'
import { keepWhere } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/**
 * The gradient goes to the first maximum of each window, as in PyTorch: flat background makes every window of it a tie.
 */
const maxPool: BackwardRule = ({ w, node, outgoing, target }) => {
  const [input] = node.inputs
  const window = windowOf(w, node, { wide: input, narrow: node.outputs[0] })
  return [maxPoolGradient(w, outgoing, { node, window, channels: w.sizesOf(input)[1] }, target)]
}

/** The gradient goes to the first maximum of each channel. */
const globalMaxPool: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const sizes = w.sizesOf(input)
  const count = sizes.slice(2).reduce((product, size) => product * size, 1)
  const rows = (tensor: string, length: number): string => w.op('Reshape', [tensor, w.int64s([0, sizes[1], length])])
  const first = w.op('ArgMax', [rows(input, count)], { axis: 2, keepdims: 1 })
  const positions = BigInt64Array.from({ length: count }, (_, position) => BigInt(position))
  const places = w.constant({ dims: [1, 1, count], elementType: 'int64', values: positions })
  const kept = keepWhere(w, w.op('Equal', [first, places]), rows(outgoing, 1), input)
  return [w.reshapeLike(kept, input)]
}

/** Maxima over windows. */
export const maxPooling: RuleFamily = { MaxPool: maxPool, GlobalMaxPool: globalMaxPool }
