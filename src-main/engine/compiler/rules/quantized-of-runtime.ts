import { numberAttribute } from '@engine/graph/attributes'
import { sumToShape } from '../broadcast'
import { unsupportedUse } from '../faults'
import type { BackwardRule } from '../rule'
import { activations } from './activations'
import { arithmetic } from './arithmetic'
import { averagePooling } from './average-pooling'
import type { RuleFamily } from './family'
import { matrix } from './matrix'
import { movement } from './movement'
import { softmax } from './softmax'
import { throughTwin, windowAttributes } from './quantized'

/** An elementwise operator on two quantised tensors, with broadcasting. */
function onTwo(opType: 'Add' | 'Mul'): BackwardRule {
  return (context) => {
    const { w, node } = context
    const wide = throughTwin(context, {
      opType,
      rule: arithmetic[opType],
      operands: [
        { at: 0, axis: 0 },
        { at: 3, axis: 0 }
      ],
      output: { scale: 6, zero: 7 },
      attributes: {}
    })
    return wide.map((gradient, at) =>
      gradient === null ? null : sumToShape(w, gradient, { from: node.outputs[0], to: node.inputs[at] })
    )
  }
}

type Attributes = Parameters<typeof throughTwin>[1]['attributes']

/** An operator on one quantised tensor. */
function onOne(
  opType: string,
  rule: BackwardRule,
  attributes: (node: Parameters<BackwardRule>[0]) => Attributes
): BackwardRule {
  return (context) =>
    throughTwin(context, {
      opType,
      rule,
      operands: [{ at: 0, axis: 0 }],
      output: { scale: 3, zero: 4 },
      attributes: attributes(context)
    })
}

const none = (): Attributes => ({})

/** Pooling over channels-first tensors; the channels-last form has another window. */
const channelsFirst: (context: Parameters<BackwardRule>[0]) => Attributes = ({ w, node }) => {
  if (numberAttribute(node, 'channels_last', 0) !== 0) throw unsupportedUse(node, w.model, 'channels come last')
  return node.opType === 'QLinearAveragePool'
    ? {
        ...windowAttributes(node),
        ceil_mode: numberAttribute(node, 'ceil_mode', 0),
        count_include_pad: numberAttribute(node, 'count_include_pad', 0)
      }
    : {}
}

const softmaxAttributes: (context: Parameters<BackwardRule>[0]) => Attributes = ({ w, node }) => {
  const asStated = numberAttribute(node, 'opset', w.opset)
  if (asStated < 13 !== w.opset < 13) throw unsupportedUse(node, w.model, `a Softmax as of opset ${asStated}`)
  return { axis: numberAttribute(node, 'axis', asStated < 13 ? 1 : -1) }
}

const concat: BackwardRule = (context) => {
  const { node } = context
  const count = Math.floor((node.inputs.length - 2) / 3)
  return throughTwin(context, {
    opType: 'Concat',
    rule: movement.Concat,
    operands: Array.from({ length: count }, (_, index) => ({ at: 2 + 3 * index, axis: 0 })),
    output: { scale: 0, zero: 1 },
    attributes: { axis: numberAttribute(node, 'axis', 1) }
  })
}

const gemm: BackwardRule = (context) => {
  const { node } = context
  const transB = numberAttribute(node, 'transB', 0)
  if (numberAttribute(node, 'alpha', 1) !== 1) throw unsupportedUse(node, context.w.model, 'alpha is not 1')
  return throughTwin(context, {
    opType: 'Gemm',
    rule: matrix.Gemm,
    operands: [
      { at: 0, axis: 0 },
      { at: 3, axis: transB === 0 ? 1 : 0 }
    ],
    bias: 6,
    output: { scale: 7, zero: 8 },
    attributes: { transA: numberAttribute(node, 'transA', 0), transB }
  })
}

/** Quantised operators ONNX Runtime adds of its own (domain com.microsoft). */
export const quantizedOfRuntime: RuleFamily = {
  QLinearAdd: onTwo('Add'),
  QLinearMul: onTwo('Mul'),
  QLinearSigmoid: onOne('Sigmoid', activations.Sigmoid, none),
  QLinearLeakyRelu: onOne('LeakyRelu', activations.LeakyRelu, ({ node }) => ({
    alpha: { float: numberAttribute(node, 'alpha', 0.01) }
  })),
  QLinearSoftmax: onOne('Softmax', softmax.Softmax, softmaxAttributes),
  QLinearGlobalAveragePool: onOne('GlobalAveragePool', averagePooling.GlobalAveragePool, channelsFirst),
  QLinearAveragePool: onOne('AveragePool', averagePooling.AveragePool, channelsFirst),
  QLinearConcat: concat,
  QGemm: gemm
}
