import { numbersAttribute, stringAttribute } from '@engine/graph/attributes'
import { axisOf, fromFront, steering } from '../axes'
import { unsupportedUse } from '../faults'
import { paddedMapGradient } from '../formulations/padding'
import { stretchGradient, stretchOf } from '../formulations/stretch'
import { pad, slice, zerosLike } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** The same numbers in another shape: the gradient takes the old shape back. */
const sameNumbers: BackwardRule = ({ w, node, outgoing }) => [w.reshapeLike(outgoing, node.inputs[0], node.outputs[0])]

const pass: BackwardRule = ({ outgoing }) => [outgoing]

const transpose: BackwardRule = ({ w, node, outgoing }) => {
  const rank = w.shapeOf(node.inputs[0]).length
  const perm = numbersAttribute(node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis)
  return [w.op('Transpose', [outgoing], { perm: perm.map((_, axis) => perm.indexOf(axis)) })]
}

const concat: BackwardRule = ({ w, node, outgoing, needs }) => {
  const axis = axisOf(w, node, 1)
  let start = 0
  return node.inputs.map((input, index) => {
    const size = w.sizesOf(input)[axis]
    if (size < 0) throw unsupportedUse(node, w.model, 'joining along the batch')
    const end = start + size
    const part = needs[index] ? slice(w, outgoing, { axes: [axis], starts: [start], ends: [end] }) : null
    start = end
    return part
  })
}

const split: BackwardRule = ({ w, node, outgoings }) => {
  const parts = node.outputs.map((output, index) => outgoings[index] ?? zerosLike(w, output))
  return [w.op('Concat', parts, { axis: axisOf(w, node, 0) })]
}

const sliceRule: BackwardRule = ({ w, node, outgoing }) => [
  stretchGradient(w, outgoing, { node, stretch: stretchOf(w, node) })
]

/**
 * Padding with a constant is undone by cutting, and cutting (negative padding) by padding; other modes copy elements,
 * which then collect gradients.
 */
const padRule: BackwardRule = ({ w, node, outgoing }) => {
  const rank = w.shapeOf(node.inputs[0]).length
  const stated = steering(w, node, { attribute: 'pads', input: 1 }) ?? []
  const axes =
    steering(w, node, { attribute: 'axes', input: 3 })?.map((axis) => fromFront(axis, rank)) ??
    Array.from({ length: rank }, (_, axis) => axis)
  const amounts = Array.from({ length: rank }, (_, axis) => {
    const place = axes.indexOf(axis)
    return place < 0 ? { before: 0, after: 0 } : { before: stated[place], after: stated[place + axes.length] }
  })
  const mode = stringAttribute(node, 'mode', 'constant')
  if (mode !== 'constant') return [paddedMapGradient(w, outgoing, { node, mode, amounts })]
  if (amounts.every(({ before, after }) => before >= 0 && after >= 0)) {
    const padded = amounts.flatMap(({ before, after }, axis) => (before === 0 && after === 0 ? [] : [axis]))
    const sizes = w.sizesOf(node.inputs[0])
    if (padded.some((axis) => sizes[axis] < 0)) throw unsupportedUse(node, w.model, 'padding the batch')
    return [
      slice(w, outgoing, {
        axes: padded,
        starts: padded.map((axis) => amounts[axis].before),
        ends: padded.map((axis) => amounts[axis].before + sizes[axis])
      })
    ]
  }
  return [
    pad(
      w,
      outgoing,
      amounts.map(({ before }) => -before),
      amounts.map(({ after }) => -after)
    )
  ]
}

/** Axes cut to or padded to stated sizes around their middle; an odd rest is cut and padded at the end. */
const centred: BackwardRule = ({ w, node, outgoing }) => {
  const [wide, wanted] = [w.sizesOf(node.inputs[0]), w.sizesOf(node.outputs[0])]
  const before = wide.map(
    (size, axis) => Math.floor(Math.abs(size - wanted[axis]) / 2) * Math.sign(size - wanted[axis])
  )
  return [
    pad(
      w,
      outgoing,
      before,
      wide.map((size, axis) => size - wanted[axis] - before[axis])
    )
  ]
}

/**
 * Operators that move, copy or rename numbers without computing. Expand is summed down by the driver, like other
 * broadcasting.
 */
export const movement: RuleFamily = {
  Reshape: sameNumbers,
  Flatten: sameNumbers,
  Squeeze: sameNumbers,
  Unsqueeze: sameNumbers,
  Identity: pass,
  Dropout: pass,
  Expand: pass,
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Slice: sliceRule,
  Pad: padRule,
  CenterCropPad: centred
}
