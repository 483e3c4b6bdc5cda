import type { GraphWriter } from '@engine/graph/writer'
import { pad, slice } from '../operators'

/**
 * How the spatial axes of a tensor are cut or grown: `result[i] = tensor[i - offset]`, zero outside. One entry per
 * spatial axis.
 */
export interface Frame {
  readonly from: readonly number[]
  readonly to: readonly number[]
  readonly offset: readonly number[]
}

/** Cuts or zero-pads the spatial axes (2 on) of a tensor to a wanted size. */
export function reframe(w: GraphWriter, tensor: string, { from, to, offset }: Frame): string {
  const after = to.map((size, axis) => size - from[axis] - offset[axis])
  if ([...offset, ...after].every((count) => count <= 0)) {
    const axes = to.map((_, axis) => axis).filter((axis) => offset[axis] !== 0 || after[axis] !== 0)
    const starts = axes.map((axis) => -offset[axis])
    return slice(w, tensor, {
      axes: axes.map((axis) => axis + 2),
      starts,
      ends: axes.map((axis) => to[axis] - offset[axis])
    })
  }
  return pad(w, tensor, [0, 0, ...offset], [0, 0, ...after])
}
