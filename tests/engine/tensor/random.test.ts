import { describe, expect, it } from 'vitest'
import { randomStream } from '@engine/tensor/random'

describe('randomStream', () => {
  it('gives every seed and every key a stream of its own', () => {
    const firsts = Array.from({ length: 2000 }, (_, seed) => randomStream(seed).uniform())
    expect(new Set(firsts).size).toBe(2000)
    const keyed = Array.from({ length: 200 }, (_, key) => randomStream(1, 'layer', key).uniform())
    expect(new Set(keyed).size).toBe(200)
  })

  it('repeats itself', () => {
    const draw = (): number[] => {
      const stream = randomStream(5, 'x')
      return Array.from({ length: 50 }, () => stream.normal())
    }
    expect(draw()).toEqual(draw())
  })

  it('has the moments of its laws', () => {
    const stream = randomStream(9)
    const normals = Array.from({ length: 200_000 }, () => stream.normal())
    const mean = normals.reduce((sum, value) => sum + value, 0) / normals.length
    const variance = normals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / normals.length
    expect(Math.abs(mean)).toBeLessThan(0.01)
    expect(Math.abs(variance - 1)).toBeLessThan(0.02)
    const integers = Array.from({ length: 60_000 }, () => stream.integer(6))
    for (let face = 0; face < 6; face++)
      expect(Math.abs(integers.filter((value) => value === face).length / 60_000 - 1 / 6)).toBeLessThan(0.01)
  })
})
