import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { fromFront, steering } from '../axes'
import { unsupportedUse } from '../faults'
import { pad, slice, type Stretch, unsqueeze } from '../operators'

/**
 * What a Slice node cuts out, with every bound inside its axis. Throws Fault `unsupported-op` for an axis that grows
 * with the batch.
 */
export function stretchOf(w: GraphWriter, node: GraphNode): Required<Stretch> {
  const sizes = w.sizesOf(node.inputs[0])
  const starts = steering(w, node, { attribute: 'starts', input: 1 }) ?? []
  const ends = steering(w, node, { attribute: 'ends', input: 2 }) ?? []
  const axes = (steering(w, node, { attribute: 'axes', input: 3 }) ?? starts.map((_, axis) => axis)).map((axis) =>
    fromFront(axis, sizes.length)
  )
  const steps = steering(w, node, { attribute: 'steps', input: 4 }) ?? starts.map(() => 1)
  if (axes.some((axis) => sizes[axis] < 0)) throw unsupportedUse(node, w.model, 'cutting the batch')
  const inside = (bound: number, index: number): number => {
    const size = sizes[axes[index]]
    const counted = bound < 0 ? bound + size : bound
    return steps[index] > 0 ? Math.max(0, Math.min(size, counted)) : Math.max(-1, Math.min(size - 1, counted))
  }
  return { axes, starts: starts.map(inside), ends: ends.map(inside), steps }
}

/** Gradient of a cut: zeros around it, and between its elements where it skipped some. */
export function stretchGradient(
  w: GraphWriter,
  gradient: string,
  { node, stretch }: { readonly node: GraphNode; readonly stretch: Required<Stretch> }
): string {
  const wide = w.sizesOf(node.inputs[0])
  const current = [...w.sizesOf(node.outputs[0])]
  let result = gradient
  for (const [index, axis] of stretch.axes.entries()) {
    const [start, step, count] = [stretch.starts[index], stretch.steps[index], current[axis]]
    const size = wide[axis]
    // A backward cut is a forward one read from its other end.
    const forward =
      step > 0 ? result : slice(w, result, { axes: [axis], starts: [-1], ends: [-(2 ** 31) + 1], steps: [-1] })
    const first = step > 0 ? start : start + (count - 1) * step
    const stride = Math.abs(step)
    const spread = stride === 1 ? forward : spreadAxis(w, forward, { sizes: current, axis, stride })
    const length = count * stride
    current[axis] = size
    const before = current.map((_, position) => (position === axis ? first : 0))
    const after = current.map((_, position) => (position === axis ? size - first - length : 0))
    // The zeros behind the last element may reach past the end, where a negative padding cuts them off again.
    result = pad(w, spread, before, after)
  }
  return result
}

/** Puts `stride - 1` zeros behind every element along one axis. */
function spreadAxis(
  w: GraphWriter,
  tensor: string,
  { sizes, axis, stride }: { readonly sizes: readonly number[]; readonly axis: number; readonly stride: number }
): string {
  const rank = sizes.length + 1
  const apart = unsqueeze(w, tensor, [axis + 1])
  const after = Array.from({ length: rank }, (_, position) => (position === axis + 1 ? stride - 1 : 0))
  const padded = pad(w, apart, Array<number>(rank).fill(0), after)
  return w.op('Reshape', [padded, w.int64s(sizes.map((size, position) => (position === axis ? size * stride : size)))])
}
