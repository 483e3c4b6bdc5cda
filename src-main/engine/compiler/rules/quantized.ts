import { numberAttribute, numbersAttribute, stringAttribute } from '@engine/graph/attributes'
import type { NewAttribute } from '@engine/graph/encode'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { fromFront } from '../axes'
import { unsupportedUse } from '../faults'
import { type Grid, dequantised, keepInRange, perNumber } from '../formulations/quantization'
import type { BackwardRule, RuleContext } from '../rule'
import { convolution } from './convolution'
import type { RuleFamily } from './family'
import { matrix } from './matrix'

/*
 * Integer tensors carry the gradient with regard to the number they hold, as if nothing had been rounded (straight-
 * through; Bengio, Léonard and Courville 2013). A value that was clipped to the range of its type passes nothing, as in
 * PyTorch's fake_quantize. The forward pass keeps its own integer kernels.
 */

/** The grid of QuantizeLinear and DequantizeLinear: input 1 is the scale, input 2 the zero point. */
function gridOf(w: GraphWriter, node: GraphNode): Grid {
  if (numberAttribute(node, 'block_size', 0) !== 0) throw unsupportedUse(node, w.model, 'one scale for each block')
  const rank = w.shapeOf(node.inputs[0]).length
  return {
    scale: node.inputs[1],
    zero: node.inputs[2] ?? '',
    axis: fromFront(numberAttribute(node, 'axis', 1), Math.max(rank, 1))
  }
}

const quantize: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const grid = gridOf(w, node)
  const kept = keepInRange(w, outgoing, { value: input, grid, quantised: node.outputs[0] })
  return [w.op('Div', [kept, perNumber(w, grid.scale, { like: input, axis: grid.axis })]), null, null]
}

const dequantize: BackwardRule = ({ w, node, outgoing }) => {
  const grid = gridOf(w, node)
  return [w.op('Mul', [outgoing, perNumber(w, grid.scale, { like: node.inputs[0], axis: grid.axis })]), null, null]
}

/** The grid of DynamicQuantizeLinear spans its input, so nothing is clipped; that it moves with the input is left out. */
const dynamicQuantize: BackwardRule = ({ w, node, outgoings }) => {
  const [toNumbers] = outgoings
  return [toNumbers === null ? null : w.op('Div', [toNumbers, node.outputs[1]])]
}

/** The float operator a quantised one stands for. */
export interface FloatTwin {
  readonly opType: string
  readonly rule: BackwardRule
  /** Positions of the quantised operands, each followed by its scale and zero point; the axis of per-channel scales. */
  readonly operands: readonly { readonly at: number; readonly axis: number }[]
  /** Position of an int32 bias in units of the product of both operands' scales. */
  readonly bias?: number
  /** Positions of the output's scale and zero point. */
  readonly output: { readonly scale: number; readonly zero: number }
  readonly attributes: Readonly<Record<string, NewAttribute | undefined>>
}

/**
 * The rule of a float twin between grids: operands are read as real numbers, the output's clipping is found by
 * computing the twin's own output, and the gradients come back in units of the integer numbers.
 */
export function throughTwin(context: RuleContext, twin: FloatTwin): (string | null)[] {
  const { w, node, outgoing } = context
  const grids = twin.operands.map(({ at, axis }) => ({
    scale: node.inputs[at + 1],
    zero: node.inputs[at + 2] ?? '',
    axis
  }))
  const reals = twin.operands.map(({ at }, index) => dequantised(w, node.inputs[at], grids[index]))
  const bias = twin.bias === undefined || !node.inputs[twin.bias] ? [] : [realBias(w, node.inputs[twin.bias], grids)]
  const [quantised] = node.outputs
  const value = w.op(twin.opType, [...reals, ...bias], twin.attributes)
  w.standFor(value, quantised)
  const grid = { scale: node.inputs[twin.output.scale], zero: node.inputs[twin.output.zero] ?? '', axis: 0 }
  const isFloat = grid.scale === undefined || grid.scale === ''
  const kept = isFloat ? outgoing : keepInRange(w, outgoing, { value, grid, quantised })
  const arriving = isFloat ? kept : w.op('Div', [kept, perNumber(w, grid.scale, { like: quantised, axis: 0 })])
  const twinNode = { ...node, opType: twin.opType, domain: '', inputs: [...reals, ...bias], outputs: [value] }
  const needs = [...twin.operands.map(({ at }) => context.needs[at]), ...bias.map(() => false)]
  const found = twin.rule({ ...context, node: twinNode, outgoing: arriving, outgoings: [arriving], needs })
  const gradients = node.inputs.map((): string | null => null)
  for (const [index, { at, axis }] of twin.operands.entries()) {
    const gradient = found[index]
    if (gradient === null || !context.needs[at]) continue
    gradients[at] = w.op('Mul', [gradient, perNumber(w, grids[index].scale, { like: node.inputs[at], axis })])
  }
  return gradients
}

function realBias(w: GraphWriter, bias: string, [left, right]: readonly Grid[]): string {
  const unit = w.op('Mul', [left.scale, right.scale])
  const real = w.op('Mul', [w.op('Cast', [bias], { to: 1 }), unit])
  w.standFor(real, bias)
  return real
}

const qLinearConv: BackwardRule = (context) =>
  throughTwin(context, {
    opType: 'Conv',
    rule: convolution.Conv,
    operands: [
      { at: 0, axis: 1 },
      { at: 3, axis: 0 }
    ],
    bias: 8,
    output: { scale: 6, zero: 7 },
    attributes: windowAttributes(context.node)
  })

/** The attributes of a convolution or pooling. */
export function windowAttributes(node: GraphNode): Record<string, NewAttribute | undefined> {
  const pads = stringAttribute(node, 'auto_pad', 'NOTSET')
  return {
    auto_pad: pads === 'NOTSET' ? undefined : pads,
    dilations: numbersAttribute(node, 'dilations'),
    group: node.attributes.has('group') ? numberAttribute(node, 'group', 1) : undefined,
    kernel_shape: numbersAttribute(node, 'kernel_shape'),
    pads: numbersAttribute(node, 'pads'),
    strides: numbersAttribute(node, 'strides')
  }
}

const qLinearMatMul: BackwardRule = (context) => {
  const { w, node } = context
  // Scales per row of the left operand are columns of their own; one per column of the right operand lies on its last axis.
  return throughTwin(context, {
    opType: 'MatMul',
    rule: matrix.MatMul,
    operands: [
      { at: 0, axis: w.shapeOf(node.inputs[0]).length - 2 },
      { at: 3, axis: w.shapeOf(node.inputs[3]).length - 1 }
    ],
    output: { scale: 6, zero: 7 },
    attributes: {}
  })
}

/** Integer products before their scale: the numbers minus their zero points, convolved or multiplied. */
function ofIntegers(rule: BackwardRule, weightAxis: 'first' | 'last'): BackwardRule {
  return (context) => {
    const { w, node } = context
    const [a, b, zeroA = '', zeroB = ''] = node.inputs
    const axes = [w.shapeOf(a).length - 2, weightAxis === 'first' ? 0 : w.shapeOf(b).length - 1]
    const numbers = [
      dequantised(w, a, { scale: '', zero: zeroA, axis: axes[0] }),
      dequantised(w, b, { scale: '', zero: zeroB, axis: axes[1] })
    ]
    const found = rule({ ...context, node: { ...node, inputs: numbers }, needs: context.needs.slice(0, 2) })
    return [found[0], found[1], null, null].slice(0, node.inputs.length)
  }
}

/** Operators of quantised models in the standard domain. */
export const quantized: RuleFamily = {
  QuantizeLinear: quantize,
  DequantizeLinear: dequantize,
  DynamicQuantizeLinear: dynamicQuantize,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  ConvInteger: ofIntegers(convolution.Conv, 'first'),
  MatMulInteger: ofIntegers(matrix.MatMul, 'last')
}
