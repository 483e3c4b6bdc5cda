import { numberAttribute } from '@engine/graph/attributes'
import { type Dim, sameDim } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { sumToShape } from '../broadcast'
import { unsupportedUse } from '../faults'
import { reduceSum, unsqueeze } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

interface Product {
  readonly left: string
  readonly right: string
  readonly transLeft: boolean
  readonly transRight: boolean
}

/** Y = alpha A' B' + beta C, where A' and B' may be transposed and C is broadcast. */
const gemm: BackwardRule = ({ w, node, outgoing, needs }) => {
  const [a, b, c] = node.inputs
  const transA = numberAttribute(node, 'transA', 0) !== 0
  const transB = numberAttribute(node, 'transB', 0) !== 0
  const alpha = numberAttribute(node, 'alpha', 1)
  const toA: Product = transA
    ? { left: b, right: outgoing, transLeft: transB, transRight: true }
    : { left: outgoing, right: b, transLeft: false, transRight: !transB }
  const toB: Product = transB
    ? { left: outgoing, right: a, transLeft: true, transRight: transA }
    : { left: a, right: outgoing, transLeft: !transA, transRight: false }
  return [
    needs[0] ? product(w, toA, { alpha, like: a }) : null,
    needs[1] ? product(w, toB, { alpha, like: b }) : null,
    needs[2]
      ? sumToShape(w, scaled(w, outgoing, numberAttribute(node, 'beta', 1), c), { from: node.outputs[0], to: c })
      : null
  ]
}

function product(
  w: GraphWriter,
  { left, right, transLeft, transRight }: Product,
  { alpha, like }: { alpha: number; like: string }
): string {
  const attributes = {
    transA: transLeft ? 1 : 0,
    transB: transRight ? 1 : 0,
    ...(alpha === 1 ? {} : { alpha: { float: alpha } })
  }
  // The third input became optional in opset 11.
  return w.op('Gemm', w.opset >= 11 ? [left, right] : [left, right, w.scalar(0, like)], attributes)
}

function scaled(w: GraphWriter, tensor: string, factor: number, like: string): string {
  return factor === 1 ? tensor : w.op('Mul', [tensor, w.scalar(factor, like)])
}

/**
 * Matrix product over the last two axes, with broadcasting over the others; a vector counts as a matrix of one row or
 * one column.
 */
const matMul: BackwardRule = ({ w, node, outgoing, needs }) => {
  const [a, b] = node.inputs
  const sides = {
    a: { name: a, isVector: w.shapeOf(a).length === 1 },
    b: { name: b, isVector: w.shapeOf(b).length === 1 }
  }
  const leading = w.shapeOf(node.outputs[0]).length - (sides.a.isVector ? 0 : 1) - (sides.b.isVector ? 0 : 1)
  const newAxes = [...(sides.a.isVector ? [leading] : []), ...(sides.b.isVector ? [leading + 1] : [])]
  const grown = newAxes.length === 0 ? outgoing : unsqueeze(w, outgoing, newAxes)
  const toA = (): string => w.op('MatMul', [grown, transposed(w, sides.b, 1)])
  const toB = (): string => w.op('MatMul', [transposed(w, sides.a, 0), grown])
  const batch = w.shapeOf(node.outputs[0]).slice(0, leading)
  return [needs[0] ? sumBatch(w, toA(), sides.a, batch) : null, needs[1] ? sumBatch(w, toB(), sides.b, batch) : null]
}

interface Operand {
  readonly name: string
  readonly isVector: boolean
}

/** The operand with its last two axes swapped; a vector becomes a row (`newAxis` 0 turned) or a column. */
function transposed(w: GraphWriter, { name, isVector }: Operand, newAxis: 0 | 1): string {
  if (isVector) return unsqueeze(w, name, [1 - newAxis])
  return w.op('Transpose', [name], { perm: lastTwoSwapped(w.shapeOf(name).length) })
}

function lastTwoSwapped(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => (axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis))
}

/** Sums over leading axes along which the operand was broadcast. */
function sumBatch(w: GraphWriter, gradient: string, { name, isVector }: Operand, batch: readonly Dim[]): string {
  const own = isVector ? [] : w.shapeOf(name).slice(0, -2)
  const missing = batch.length - own.length
  const axes = batch
    .map((_, axis) => axis)
    .filter((axis) => axis < missing || !sameDim(batch[axis], own[axis - missing]))
  const summed = axes.length === 0 ? gradient : reduceSum(w, gradient, axes)
  return missing > 0 || isVector ? w.reshapeLike(summed, name) : summed
}

/** alpha A' B', where either may have its last two axes swapped. */
const fusedMatMul: BackwardRule = ({ w, node, outgoing, needs }) => {
  const [a, b] = node.inputs
  const is = (attribute: string): boolean => numberAttribute(node, attribute, 0) !== 0
  if (is('transBatchA') || is('transBatchB')) throw unsupportedUse(node, w.model, 'a transposed batch')
  if (w.shapeOf(a).length < 2 || w.shapeOf(b).length < 2) throw unsupportedUse(node, w.model, 'a vector')
  const rank = w.shapeOf(node.outputs[0]).length
  const turn = (tensor: string, axes: number): string => w.op('Transpose', [tensor], { perm: lastTwoSwapped(axes) })
  const gradient = scaled(w, outgoing, numberAttribute(node, 'alpha', 1), a)
  const toA = (): string => {
    const product = w.op('MatMul', [gradient, is('transB') ? b : turn(b, w.shapeOf(b).length)])
    return is('transA') ? turn(product, rank) : product
  }
  const toB = (): string => {
    const product = w.op('MatMul', [is('transA') ? a : turn(a, w.shapeOf(a).length), gradient])
    return is('transB') ? turn(product, rank) : product
  }
  const batch = w.shapeOf(node.outputs[0]).slice(0, -2)
  return [
    needs[0] ? sumBatch(w, toA(), { name: a, isVector: false }, batch) : null,
    needs[1] ? sumBatch(w, toB(), { name: b, isVector: false }, batch) : null
  ]
}

/** Matrix products. */
export const matrix: RuleFamily = { Gemm: gemm, MatMul: matMul }

/** Matrix products of ONNX Runtime's own. */
export const fusedMatrix: RuleFamily = { FusedMatMul: fusedMatMul, TransposeMatMul: fusedMatMul }
