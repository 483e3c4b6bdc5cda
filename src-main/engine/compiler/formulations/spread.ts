import type { GraphWriter } from '@engine/graph/writer'
import { pad, unsqueeze } from '../operators'

/** A grid to be refined by whole factors. One entry per spatial axis. */
export interface Grid {
  readonly channels: number
  readonly sizes: readonly number[]
  readonly factors: readonly number[]
}

/** Puts `factor - 1` zeros behind every element: `[N, C, ...sizes]` to `[N, C, ...sizes * factors]`. */
export function spreadWithZeros(w: GraphWriter, tensor: string, { channels, sizes, factors }: Grid): string {
  const newAxes = sizes.map((_, axis) => 3 + 2 * axis)
  const apart = unsqueeze(w, tensor, newAxes)
  const rank = 2 + 2 * sizes.length
  const after = Array<number>(rank).fill(0)
  for (const [axis, position] of newAxes.entries()) after[position] = factors[axis] - 1
  const padded = pad(w, apart, Array<number>(rank).fill(0), after)
  return w.op('Reshape', [padded, w.int64s([-1, channels, ...sizes.map((size, axis) => size * factors[axis])])])
}

/** Repeats every element `factor` times along each axis: `[N, C, ...sizes]` to `[N, C, ...sizes * factors]`. */
export function spreadWithCopies(w: GraphWriter, tensor: string, { channels, sizes, factors }: Grid): string {
  const apart = w.op('Reshape', [tensor, w.int64s([-1, channels, ...sizes.flatMap((size) => [size, 1])])])
  const target = [1, channels, ...sizes.flatMap((size, axis) => [size, factors[axis]])]
  const repeated =
    w.opset >= 8
      ? w.op('Expand', [apart, w.int64s(target)])
      : w.op('Mul', [apart, w.constant({ dims: target, elementType: 'float32', values: new Float32Array(target.reduce((p, s) => p * s, 1)).fill(1) })])
  return w.op('Reshape', [repeated, w.int64s([-1, channels, ...sizes.map((size, axis) => size * factors[axis])])])
}
