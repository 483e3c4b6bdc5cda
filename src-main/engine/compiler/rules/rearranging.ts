import { numberAttribute, stringAttribute } from '@engine/graph/attributes'
import { steering } from '../axes'
import { unsupportedUse } from '../faults'
import { depthToSpace as weave } from '../formulations/depth-to-space'
import { reduceSum } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** Copies side by side: their gradients are added, with copies and elements as axes of their own. */
const tile: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const repeats = steering(w, node, { attribute: 'repeats', input: 1 }) ?? []
  if (repeats.every((count) => count === 1)) return [outgoing]
  const sizes = w.sizesOf(input)
  const copies: number[] = []
  const apart: number[] = []
  for (const [axis, size] of sizes.entries()) {
    if (repeats[axis] !== 1) {
      copies.push(apart.length)
      apart.push(repeats[axis])
    }
    apart.push(size)
  }
  if (apart.filter((size) => size < 0).length > 1)
    throw unsupportedUse(node, w.model, 'two axes that change with the batch')
  return [w.reshapeLike(reduceSum(w, w.op('Reshape', [outgoing, w.int64s(apart)]), copies), input)]
}

/** Blocks of pixels back into channels: `[N, C, H·b, W·b]` to `[N, C·b², H, W]`, by the node's own order of channels. */
const depthToSpace: BackwardRule = ({ w, node, outgoing }) => {
  const block = numberAttribute(node, 'blocksize', 1)
  const [, , height, width] = w.sizesOf(node.inputs[0])
  const channels = w.sizesOf(node.outputs[0])[1]
  const apart = w.op('Reshape', [outgoing, w.int64s([0, channels, height, block, width, block])])
  const perm = stringAttribute(node, 'mode', 'DCR') === 'CRD' ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]
  const turned = w.op('Transpose', [apart], { perm })
  return [w.op('Reshape', [turned, w.int64s([0, channels * block * block, height, width])])]
}

const spaceToDepth: BackwardRule = ({ w, node, outgoing }) => {
  const block = numberAttribute(node, 'blocksize', 1)
  const [, channels] = w.sizesOf(node.inputs[0])
  const [, , ...sizes] = w.sizesOf(node.outputs[0])
  return [weave(w, outgoing, { channels, sizes, factors: [block, block], order: 'phase-first' })]
}

/** A sum over all elements before turns into the sum over all elements behind. */
const cumulativeSum: BackwardRule = ({ w, node, outgoing }) => [
  w.op('CumSum', [outgoing, node.inputs[1]], {
    exclusive: numberAttribute(node, 'exclusive', 0),
    reverse: 1 - numberAttribute(node, 'reverse', 0)
  })
]

const triangle: BackwardRule = ({ w, node, outgoing }) => [
  w.op('Trilu', [outgoing, ...node.inputs.slice(1)], { upper: numberAttribute(node, 'upper', 1) })
]

/** Turning twice restores the order. */
const reverseSequence: BackwardRule = ({ w, node, outgoing }) => [
  w.op('ReverseSequence', [outgoing, node.inputs[1]], {
    batch_axis: numberAttribute(node, 'batch_axis', 1),
    time_axis: numberAttribute(node, 'time_axis', 0)
  })
]

/** Linear operators that repeat, regroup or accumulate elements. */
export const rearranging: RuleFamily = {
  Tile: tile,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  CumSum: cumulativeSum,
  Trilu: triangle,
  ReverseSequence: reverseSequence
}
