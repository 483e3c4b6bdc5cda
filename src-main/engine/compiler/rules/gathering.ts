import { numberAttribute, stringAttribute } from '@engine/graph/attributes'
import { numbersOf } from '@engine/graph/constant'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { axisOf } from '../axes'
import { unsupportedUse } from '../faults'
import { gatherGradient, pickedRowsGradient } from '../formulations/gather'
import { addAtIndices } from '../formulations/one-hot'
import { pad, unsqueeze, zerosLike } from '../operators'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** First operator set whose scatter operators can add. */
const firstAddingScatter = 16

const gather: BackwardRule = ({ w, node, outgoing }) => [
  gatherGradient(w, outgoing, { node, axis: axisOf(w, node, 0) })
]

/** Element gradients added where the elements came from. */
const gatherElements: BackwardRule = ({ w, node, outgoing }) => {
  const [data, indices] = node.inputs
  return [elementsBack(w, outgoing, { node, data, indices, axis: axisOf(w, node, 0) })]
}

interface ElementsBack {
  readonly node: GraphNode
  readonly data: string
  readonly indices: string
  readonly axis: number
}

function elementsBack(w: GraphWriter, gradient: string, { node, data, indices, axis }: ElementsBack): string {
  if (w.opset >= firstAddingScatter)
    return w.op('ScatterElements', [zerosLike(w, data), indices, gradient], { axis, reduction: 'add' })
  const sizes = w.sizesOf(data)
  if (sizes[axis] < 0) throw unsupportedUse(node, w.model, 'picking from the batch')
  const rank = sizes.length
  const added = addAtIndices(w, { values: gradient, indices, axis, rank, size: sizes[axis], like: data })
  // Rows past those of the indices were not read.
  const read = w.sizesOf(indices)
  const unread = sizes.map((size, position) => (position === axis ? 0 : size - read[position]))
  return pad(w, added, Array<number>(rank).fill(0), unread)
}

/** Slices added where the slices came from. */
const gatherNd: BackwardRule = ({ w, node, outgoing }) => {
  const [data, indices] = node.inputs
  const places = fullIndices(w, node)
  if (w.opset >= firstAddingScatter)
    return [w.op('ScatterND', [zerosLike(w, data), places, outgoing], { reduction: 'add' })]
  if (!picksOnce(w, indices))
    throw unsupportedUse(node, w.model, 'indices that may repeat need opset 16 or newer, whose ScatterND can add')
  return [w.op('ScatterND', [zerosLike(w, data), places, outgoing])]
}

/** True for known indices that name no slice twice. */
function picksOnce(w: GraphWriter, indices: string): boolean {
  const known = w.model.integers.get(indices)
  const depth = w.sizesOf(indices).at(-1) ?? 1
  if (known === undefined) return false
  const rows = Array.from({ length: known.length / depth }, (_, row) =>
    known.slice(row * depth, (row + 1) * depth).join()
  )
  return new Set(rows).size === rows.length
}

/** The indices of a GatherND with the coordinates of its batch axes, which it leaves out, written in front. */
function fullIndices(w: GraphWriter, node: GraphNode): string {
  const [, indices] = node.inputs
  const batchAxes = numberAttribute(node, 'batch_dims', 0)
  if (batchAxes === 0) return indices
  const rank = w.shapeOf(indices).length
  const shape = w.op('Shape', [indices])
  const flatShape = w.op('Concat', [w.op('Gather', [shape, w.int64s(range(rank - 1))], { axis: 0 }), w.int64s([1])], {
    axis: 0
  })
  const coordinates = range(batchAxes).map((axis) => {
    const count = w.op('Gather', [shape, w.int64(axis)], { axis: 0 })
    const line = w.op('Range', [w.int64(0), count, w.int64(1)])
    const upright = unsqueeze(
      w,
      line,
      range(rank - 1 - axis).map((offset) => offset + 1)
    )
    return w.op('Expand', [upright, flatShape])
  })
  return w.op('Concat', [...coordinates, indices], { axis: rank - 1 })
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

/** What a scattering replaced gets nothing; what it put there reads its gradient back. */
function scatterRule(gatherBack: (w: GraphWriter, node: GraphNode, gradient: string) => string): BackwardRule {
  return ({ w, node, outgoing, needs }) => {
    const [, indices, updates] = node.inputs
    const reduction = stringAttribute(node, 'reduction', 'none')
    if (reduction !== 'none' && reduction !== 'add') throw unsupportedUse(node, w.model, `reduction "${reduction}"`)
    const attributes = node.opType === 'ScatterND' ? {} : { axis: numberAttribute(node, 'axis', 0) }
    const untouched = (): string =>
      reduction === 'add' ? outgoing : w.op(node.opType, [outgoing, indices, zerosLike(w, updates)], attributes)
    return [needs[0] ? untouched() : null, null, needs[2] ? gatherBack(w, node, outgoing) : null]
  }
}

const scatterElements = scatterRule((w, node, gradient) => {
  if (w.opset < 11) throw unsupportedUse(node, w.model, 'scattered values that depend on the image need opset 11')
  return w.op('GatherElements', [gradient, node.inputs[1]], { axis: numberAttribute(node, 'axis', 0) })
})

const scatterNd = scatterRule((w, node, gradient) => w.op('GatherND', [gradient, node.inputs[1]]))

/** The values go back to the places the node itself states. */
const topK: BackwardRule = ({ w, node, outgoing }) => {
  const [data] = node.inputs
  if (w.opset < 11) throw unsupportedUse(node, w.model, 'the scattering it needs came with opset 11')
  const indices = w.requestOutput(node.index, 1)
  return [w.op('ScatterElements', [zerosLike(w, data), indices, outgoing], { axis: axisOf(w, node, -1) })]
}

/** Rows a known condition keeps are rows picked by their places; without an axis the tensor is seen as one row. */
const compress: BackwardRule = ({ w, node, outgoing }) => {
  const [data, condition] = node.inputs
  const known = w.model.constants.get(condition)
  if (known === undefined) throw unsupportedUse(node, w.model, 'a condition that is only known while the model runs')
  const indices = numbersOf(known).flatMap((kept, place) => (kept ? [place] : []))
  const sizes = w.sizesOf(data)
  if (node.attributes.has('axis')) {
    const axis = axisOf(w, node, 0)
    if (sizes[axis] < 0) throw unsupportedUse(node, w.model, 'picking from the batch')
    return [pickedRowsGradient(w, outgoing, { indices, size: sizes[axis], axis, rank: sizes.length, like: data })]
  }
  const size = sizes.reduce((product, length) => product * length, 1)
  if (size < 0) throw unsupportedUse(node, w.model, 'picking from the batch')
  return [w.reshapeLike(pickedRowsGradient(w, outgoing, { indices, size, axis: 0, rank: 1, like: data }), data)]
}

/** Values put at places that the run knows: each reads its gradient back from there. */
const maxUnpool: BackwardRule = ({ w, node, outgoing }) => {
  const [data, indices] = node.inputs
  if (w.opset < 11) throw unsupportedUse(node, w.model, 'reading back needs opset 11')
  const flat = (tensor: string): string => w.op('Reshape', [tensor, w.int64s([-1])])
  return [w.reshapeLike(w.op('GatherElements', [flat(outgoing), flat(indices)], { axis: 0 }), data)]
}

/** Operators that pick elements, and those that put them somewhere. */
export const gathering: RuleFamily = {
  Compress: compress,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  ScatterND: scatterNd,
  TopK: topK,
  MaxUnpool: maxUnpool
}
