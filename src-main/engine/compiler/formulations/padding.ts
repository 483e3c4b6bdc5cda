import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { unsupportedUse } from '../faults'
import { applyAlongAxis } from './axis-matrix'

/** A padding that copies elements of the tensor itself. */
export interface CopyingPad {
  readonly node: GraphNode
  readonly mode: string
  /** Elements added per axis. */
  readonly amounts: readonly { readonly before: number; readonly after: number }[]
}

/** Which element each padded position copies, per mode; positions count from the first element of the tensor. */
const sources: Readonly<Record<string, (position: number, size: number) => number>> = {
  edge: (position, size) => Math.max(0, Math.min(size - 1, position)),
  wrap: (position, size) => ((position % size) + size) % size,
  reflect(position, size) {
    if (size === 1) return 0
    const period = 2 * (size - 1)
    const folded = ((position % period) + period) % period
    return folded < size ? folded : period - folded
  }
}

/** Gradient of a copying padding: every copy hands its gradient to the element it was made from, axis by axis. */
export function paddedMapGradient(w: GraphWriter, gradient: string, { node, mode, amounts }: CopyingPad): string {
  const source = sources[mode]
  if (source === undefined) throw unsupportedUse(node, w.model, `padding mode "${mode}"`)
  const sizes = w.sizesOf(node.inputs[0])
  return amounts.reduce((tensor, { before, after }, axis) => {
    if (before === 0 && after === 0) return tensor
    const rows = sizes[axis]
    if (rows < 0) throw unsupportedUse(node, w.model, 'padding the batch')
    const columns = rows + before + after
    const values = new Float32Array(rows * columns)
    for (let column = 0; column < columns; column++) values[source(column - before, rows) * columns + column] += 1
    return applyAlongAxis(w, tensor, {
      rank: sizes.length,
      axis,
      matrix: { rows, columns, values },
      like: node.inputs[0]
    })
  }, gradient)
}
