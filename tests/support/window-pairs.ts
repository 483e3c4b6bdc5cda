import { numbersAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'

export const size = (dims: readonly number[]): number => dims.reduce((product, each) => product * each, 1)
const spatial = (dims: readonly number[]): number[] => [...Array<number>(5 - dims.length).fill(1), ...dims.slice(2)]
const padded = (list: readonly number[], fill: number): number[] => [
  ...Array<number>(3 - list.length).fill(fill),
  ...list
]

/** Pairs of positions under a window, `[output, input, kernel element]` one after the other; three spatial axes. */
export function windowPairs(
  node: GraphNode,
  input: readonly number[],
  output: readonly number[],
  kernel: number[]
): Int32Array {
  const rank = input.length - 2
  const pads = padded((numbersAttribute(node, 'pads') ?? Array<number>(2 * rank).fill(0)).slice(0, rank), 0)
  const strides = padded(numbersAttribute(node, 'strides') ?? Array<number>(rank).fill(1), 1)
  const [wide, narrow, reach] = [spatial(input), spatial(output), padded(kernel, 1)]
  const pairs: number[] = []
  const walk = (extent: readonly number[], visit: (at: readonly number[], flat: number) => void): void => {
    for (let flat = 0; flat < size(extent); flat++) {
      const c = flat % extent[2]
      const b = Math.floor(flat / extent[2]) % extent[1]
      visit([Math.floor(flat / (extent[1] * extent[2])), b, c], flat)
    }
  }
  walk(narrow, (out, outFlat) =>
    walk(reach, (offset, kernelFlat) => {
      const at = out.map((position, axis) => position * strides[axis] - pads[axis] + offset[axis])
      if (at.some((position, axis) => position < 0 || position >= wide[axis])) return
      pairs.push(outFlat, (at[0] * wide[1] + at[1]) * wide[2] + at[2], kernelFlat)
    })
  )
  return Int32Array.from(pairs)
}

/** Where each element of a tensor lies after padding. */
export function paddedPositions(from: readonly number[], to: readonly number[], pads: Float64Array): Int32Array {
  return Int32Array.from({ length: size(from) }, (_, index) => {
    let [rest, at, stride] = [index, 0, 1]
    for (let axis = from.length - 1; axis >= 0; axis--) {
      at += ((rest % from[axis]) + pads[axis]) * stride
      rest = Math.floor(rest / from[axis])
      stride *= to[axis]
    }
    return at
  })
}

export function outputDims(
  node: GraphNode,
  input: readonly number[],
  kernel: readonly number[],
  channels: number
): number[] {
  const rank = input.length - 2
  const pads = numbersAttribute(node, 'pads') ?? Array<number>(2 * rank).fill(0)
  const strides = numbersAttribute(node, 'strides') ?? Array<number>(rank).fill(1)
  const narrow = kernel.map((reach, axis) =>
    Math.floor((input[axis + 2] + pads[axis] + pads[axis + rank] - reach) / strides[axis] + 1)
  )
  return [1, channels, ...narrow]
}
