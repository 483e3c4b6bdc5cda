import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { unsupportedUse } from '../faults'
import { castMask, pad, unsqueeze } from '../operators'
import { applyAlongAxis } from './axis-matrix'

/**
 * Gradient of a Gather along one axis. A row that is read once gets its gradient by reading back; where rows are read
 * several times, or the indices are only known while the model runs, their gradients are added by a matrix of ones and
 * zeros. Throws Fault `unsupported-op` for rows of the batch, and for found indices whose number grows with it.
 */
export function gatherGradient(
  w: GraphWriter,
  gradient: string,
  { node, axis }: { readonly node: GraphNode; readonly axis: number }
): string {
  const [data, indexName] = node.inputs
  const stated = w.model.integers.get(indexName)
  const sizes = w.sizesOf(data)
  if (sizes[axis] < 0) throw unsupportedUse(node, w.model, 'picking from the batch')
  const size = sizes[axis]
  if (stated === undefined) {
    const count = w.sizesOf(indexName).reduce((product, length) => product * length, 1)
    if (count < 0) throw unsupportedUse(node, w.model, 'indices found for each image of the batch')
    const rows = oneIndexAxis(w, gradient, { node, axis, count })
    return foundRowsGradient(w, rows, { indices: indexName, size, axis, rank: sizes.length, like: data })
  }
  const indices = stated.map((index) => (index < 0 ? index + size : index))
  const rows = oneIndexAxis(w, gradient, { node, axis, count: indices.length })
  return pickedRowsGradient(w, rows, { indices, size, axis, rank: sizes.length, like: data })
}

interface FoundRows {
  /** Tensor of the model with the indices. */
  readonly indices: string
  readonly size: number
  readonly axis: number
  readonly rank: number
  readonly like: string
}

/** The matrix `[indices, size]` is made by comparing each index with every row. Negative indices came in opset 11. */
function foundRowsGradient(w: GraphWriter, rows: string, { indices, size, axis, rank, like }: FoundRows): string {
  const stated = w.op('Reshape', [w.op('Cast', [indices], { to: 7 }), w.int64s([-1, 1])])
  const length = w.int64s([size])
  const wrapped = w.opset >= 11 ? w.op('Mod', [w.op('Add', [stated, length]), length]) : stated
  const places = w.int64s(Array.from({ length: size }, (_, place) => place))
  const matrix = castMask(w, w.op('Equal', [wrapped, places]), like)
  if (axis === rank - 1) return w.op('MatMul', [rows, matrix])
  const others = Array.from({ length: rank }, (_, position) => position).filter((position) => position !== axis)
  const perm = [...others, axis]
  const mapped = w.op('MatMul', [w.op('Transpose', [rows], { perm }), matrix])
  return w.op('Transpose', [mapped], { perm: perm.map((_, position) => perm.indexOf(position)) })
}

/** Rows picked along one axis of `size` rows; `like` tells the element type. */
export interface PickedRows extends ReadBack {
  readonly like: string
}

/** Gradient of picking rows along one axis: `indices.length` rows back to `size` rows. */
export function pickedRowsGradient(w: GraphWriter, rows: string, picked: PickedRows): string {
  const { indices, size, axis, rank, like } = picked
  if (isRun(indices)) {
    const around = (amount: number): number[] =>
      Array.from({ length: rank }, (_, position) => (position === axis ? amount : 0))
    return pad(w, rows, around(indices[0]), around(size - indices[0] - indices.length))
  }
  if (new Set(indices).size === indices.length) return readBack(w, rows, picked)
  const values = new Float32Array(size * indices.length)
  for (const [column, row] of indices.entries()) values[row * indices.length + column] = 1
  return applyAlongAxis(w, rows, { rank, axis, matrix: { rows: size, columns: indices.length, values }, like })
}

/** The gradient with the axes of the indices joined into one. */
function oneIndexAxis(
  w: GraphWriter,
  gradient: string,
  { node, axis, count }: { node: GraphNode; axis: number; count: number }
): string {
  const [data, indexName] = node.inputs
  const indexRank = w.shapeOf(indexName).length
  if (indexRank === 0) return unsqueeze(w, gradient, [axis])
  if (indexRank === 1) return gradient
  return w.op('Reshape', [
    gradient,
    w.int64s(w.sizesOf(data).map((size, position) => (position === axis ? count : size)))
  ])
}

function isRun(indices: readonly number[]): boolean {
  return indices.every((index, position) => index === indices[0] + position)
}

interface ReadBack {
  readonly indices: readonly number[]
  readonly size: number
  readonly axis: number
  readonly rank: number
}

/** Reads each row's gradient back from where it went; rows nobody read take it from one appended row of zeros. */
function readBack(w: GraphWriter, rows: string, { indices, size, axis, rank }: ReadBack): string {
  const places = Array.from({ length: size }, (_, row) => indices.indexOf(row))
  const unread = places.includes(-1)
  const after = Array.from({ length: rank }, (_, position) => (position === axis ? 1 : 0))
  const extended = unread ? pad(w, rows, Array<number>(rank).fill(0), after) : rows
  return w.op('Gather', [extended, w.int64s(places.map((place) => (place < 0 ? indices.length : place)))], { axis })
}
