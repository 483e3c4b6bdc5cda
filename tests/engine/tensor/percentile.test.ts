import { describe, expect, it } from 'vitest'
import { percentile } from '@engine/tensor/percentile'
import { randomStream } from '@engine/tensor/random'

/** The definition: sort, then interpolate. */
function bySorting(values: Float32Array, q: number): number {
  const sorted = Float32Array.from(values).sort()
  const position = (q / 100) * (sorted.length - 1)
  const below = Math.floor(position)
  const above = Math.min(sorted.length - 1, below + 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below)
}

describe('percentile', () => {
  it('equals sorting, on noise, ties, sorted and single values', () => {
    const stream = randomStream(3)
    const lists = [
      Float32Array.from({ length: 1000 }, () => stream.normal()),
      Float32Array.from({ length: 999 }, () => stream.integer(4)),
      Float32Array.from({ length: 500 }, (_, index) => index),
      Float32Array.from({ length: 500 }, (_, index) => -1 - index),
      new Float32Array(400),
      Float32Array.of(7)
    ]
    for (const list of lists) {
      for (const q of [0, 1, 25, 50, 99, 99.9, 100]) expect(percentile(list, q)).toBe(bySorting(list, q))
    }
  })

  it('leaves its input as it was', () => {
    const values = Float32Array.of(3, 1, 2)
    percentile(values, 50)
    expect([...values]).toEqual([3, 1, 2])
  })
})
