import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { unsupportedUse } from '../faults'
import { convDataGradient } from '../formulations/conv-data-gradient'
import { groupsOf, windowOf } from '../formulations/window'
import { reduceSum } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

const conv: BackwardRule = ({ w, node, outgoing, needs, target }) => {
  const [data, kernel] = node.inputs
  checkKernelIsFixed(w, node, needs)
  const kernelSizes = w.sizesOf(kernel)
  const window = windowOf(w, node, { wide: data, narrow: node.outputs[0], kernel: kernelSizes.slice(2) })
  const toData = needs[0]
    ? convDataGradient(w, outgoing, { window, groups: groupsOf(node), kernel, kernelSizes, like: data }, target)
    : null
  return [toData, null, needs[2] ? biasGradient(w, outgoing, node) : null]
}

/** The data gradient of a transposed convolution is the convolution with the same kernel. */
const convTranspose: BackwardRule = ({ w, node, outgoing, needs }) => {
  const [data, kernel] = node.inputs
  checkKernelIsFixed(w, node, needs)
  const window = windowOf(w, node, { wide: node.outputs[0], narrow: data, kernel: w.sizesOf(kernel).slice(2) })
  const toData = (): string =>
    w.op('Conv', [outgoing, kernel], {
      kernel_shape: window.kernel,
      strides: window.strides,
      dilations: window.dilations,
      pads: [...window.padsBefore, ...window.padsAfter],
      group: groupsOf(node)
    })
  return [needs[0] ? toData() : null, null, needs[2] ? biasGradient(w, outgoing, node) : null]
}

function biasGradient(w: GraphWriter, outgoing: string, node: GraphNode): string {
  const axes = w
    .shapeOf(node.outputs[0])
    .map((_, axis) => axis)
    .filter((axis) => axis !== 1)
  return w.reshapeLike(reduceSum(w, outgoing, axes), node.inputs[2])
}

/** A kernel computed from the input would need the kernel gradient, which no explanation of a CNN asks for. */
function checkKernelIsFixed(w: GraphWriter, node: GraphNode, needs: readonly boolean[]): void {
  if (needs[1]) throw unsupportedUse(node, w.model, 'the kernel itself depends on the input')
}

/** Convolutions in any number of spatial axes. */
export const convolution: RuleFamily = { Conv: conv, ConvTranspose: convTranspose }
