import { Fault } from '@engine/fault'
import { dataTypeOf } from '@engine/graph/element-types'
import type { ElementType } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'

/*
 * Operators whose form changed between operator sets. Added nodes must keep to the operator set of the model, so rules
 * call these instead of naming the operator. What an old set lacks altogether is expressed by what it has.
 */

/** Sum over axes that stay as size 1. Axes became an input in opset 13. */
export function reduceSum(w: GraphWriter, tensor: string, axes: readonly number[]): string {
  // No axes would mean all of them.
  if (axes.length === 0) return tensor
  return w.opset >= 13
    ? w.op('ReduceSum', [tensor, w.int64s(axes)], { keepdims: 1 })
    : w.op('ReduceSum', [tensor], { axes, keepdims: 1 })
}

/** Product over axes that stay as size 1. Axes became an input in opset 18. */
export function reduceProduct(w: GraphWriter, tensor: string, axes: readonly number[]): string {
  if (axes.length === 0) return tensor
  return w.opset >= 18
    ? w.op('ReduceProd', [tensor, w.int64s(axes)], { keepdims: 1 })
    : w.op('ReduceProd', [tensor], { axes, keepdims: 1 })
}

/** Mean over axes that stay as size 1. Axes became an input in opset 18. */
export function reduceMean(w: GraphWriter, tensor: string, axes: readonly number[]): string {
  return w.opset >= 18
    ? w.op('ReduceMean', [tensor, w.int64s(axes)], { keepdims: 1 })
    : w.op('ReduceMean', [tensor], { axes, keepdims: 1 })
}

/** A stretch along some axes. */
export interface Stretch {
  readonly axes: readonly number[]
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  readonly steps?: readonly number[]
}

/** Cuts a stretch out of a tensor. Starts and ends became inputs, and steps came, in opset 10. */
export function slice(w: GraphWriter, tensor: string, { axes, starts, ends, steps }: Stretch): string {
  if (axes.length === 0) return tensor
  const stepped = steps?.some((step) => step !== 1) ?? false
  if (w.opset >= 10) {
    const inputs = [tensor, w.int64s(starts), w.int64s(ends), w.int64s(axes)]
    return w.op('Slice', stepped ? [...inputs, w.int64s(steps ?? [])] : inputs)
  }
  if (!stepped) return w.op('Slice', [tensor], { axes, starts, ends })
  return axes.reduce((cut, axis, index) => {
    const indices = stretchIndices(starts[index], ends[index], steps?.[index] ?? 1)
    return w.op('Gather', [cut, w.int64s(indices)], { axis })
  }, tensor)
}

/** The indices of a stretch with a step; ends are bounds already clipped to the axis by the caller. */
function stretchIndices(start: number, end: number, step: number): number[] {
  const count = Math.max(0, Math.ceil((end - start) / step))
  return Array.from({ length: count }, (_, index) => start + index * step)
}

/**
 * Surrounds a tensor with a constant; `before` and `after` count elements per axis, negative ones crop. Pads became an
 * input in opset 11.
 */
export function pad(w: GraphWriter, tensor: string, before: readonly number[], after: readonly number[]): string {
  const pads = [...before, ...after]
  if (pads.every((count) => count === 0)) return tensor
  return w.opset >= 11 ? w.op('Pad', [tensor, w.int64s(pads)]) : w.op('Pad', [tensor], { pads })
}

/** Inserts axes of size 1. Axes became an input in opset 13. */
export function unsqueeze(w: GraphWriter, tensor: string, axes: readonly number[]): string {
  return w.opset >= 13 ? w.op('Unsqueeze', [tensor, w.int64s(axes)]) : w.op('Unsqueeze', [tensor], { axes })
}

/** `tensor` where a boolean mask holds, zero elsewhere. Where came in opset 9. `like` tells the element type. */
export function keepWhere(w: GraphWriter, mask: string, tensor: string, like: string): string {
  if (w.opset >= 9) return w.op('Where', [mask, tensor, w.scalar(0, like)])
  return w.op('Mul', [tensor, castMask(w, mask, like)])
}

/** A boolean mask as 0 and 1 in the element type of `like`. */
export function castMask(w: GraphWriter, mask: string, like: string): string {
  return castTo(w, mask, w.typeOf(like))
}

/** A change of element type. */
export function castTo(w: GraphWriter, tensor: string, elementType: ElementType): string {
  return w.op('Cast', [tensor], { to: dataTypeOf(elementType) })
}

/** Repeats a gradient along axes of size 1 until it has the shape of a tensor of the model. Expand came in opset 8. */
export function expandLike(w: GraphWriter, tensor: string, like: string): string {
  const repeated = repeatLike(w, tensor, like)
  w.note(repeated, repetition, tensor)
  return repeated
}

const repetition = 'repeated along axes of size 1'

/** The gradient before it was repeated by `expandLike`: where it is only added to another one, broadcasting does that. */
export function beforeRepeating(w: GraphWriter, gradient: string): string | undefined {
  return w.noted(gradient, repetition)
}

function repeatLike(w: GraphWriter, tensor: string, like: string): string {
  const sizes = w.sizesOf(like)
  const growing = w.shapeOf(like).some((dim, axis) => dim.perBatch !== 0 && axis > 0)
  // A batch axis is already there in the gradient, so 1 leaves it as it is and the shape stays a constant.
  if (w.opset >= 8)
    return w.op('Expand', [tensor, growing ? w.shapeTensor(like) : w.int64s(sizes.map((size) => Math.max(1, size)))])
  if (growing)
    throw new Fault('unsupported-op', 'Repeating along an axis that grows with the batch needs opset 8 or newer.', {
      subject: 'Expand'
    })
  const dims = sizes.map((size) => Math.max(1, size))
  const ones = new Float32Array(dims.reduce((product, size) => product * size, 1)).fill(1)
  return w.op('Mul', [tensor, w.floats(ones, dims, like)])
}

/** Zeros in the shape of a tensor of the model. ConstantOfShape came in opset 9. */
export function zerosLike(w: GraphWriter, tensor: string): string {
  if (w.opset < 9) return w.op('Sub', [tensor, tensor])
  const value = { tensor: { name: '', dims: [1], elementType: w.typeOf(tensor), values: new Float32Array(1) } }
  return w.op('ConstantOfShape', [w.shapeTensor(tensor)], { value })
}

/** Equality of two tensors of whatever type. For floats the operator came in opset 11. */
export function equal(w: GraphWriter, a: string, b: string): string {
  return w.opset >= 11
    ? w.op('Equal', [a, b])
    : w.op('Not', [w.op('Or', [w.op('Greater', [a, b]), w.op('Less', [a, b])])])
}
