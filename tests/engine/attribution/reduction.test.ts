import { describe, expect, it } from 'vitest'
import { describeReduction, reduceMap, scoringReduction, signedReduction } from '@engine/attribution/reduction'
import { percentile } from '@engine/tensor/percentile'
import { tensor } from '@engine/tensor/tensor'

const map = tensor(Float32Array.of(1, -2, 3, 0, -4, 1, 1, 0), [1, 2, 2, 2])
const plainly = { clip: 100, normalise: 'none' } as const

describe('map reduction', () => {
  it.each([
    ['sum-abs', [5, 3, 4, 0]],
    ['max-abs', [4, 2, 3, 0]],
    ['sum', [-3, -1, 4, 0]],
    ['max', [1, 1, 3, 0]],
    ['mean', [-1.5, -0.5, 2, 0]]
  ] as const)('%s over the channels', (reduce, expected) => {
    expect([...reduceMap(map, { reduce, ...plainly }).map.data]).toEqual(expected)
  })

  it('none keeps every channel', () => {
    expect(reduceMap(map, { reduce: 'none', ...plainly }).map).toEqual(map)
  })

  it('reduces each slice of a volume and scales them together', () => {
    const slices = tensor(Float32Array.of(1, 2, 3, 4), [2, 2, 1, 1])
    const { map: reduced } = reduceMap(slices, { reduce: 'sum-abs', clip: 100, normalise: 'max' })
    expect(reduced.shape).toEqual([2, 1, 1, 1])
    expect(reduced.data[0]).toBeCloseTo(3 / 7, 6)
    expect(reduced.data[1]).toBe(1)
  })

  it('percentile interpolates like NumPy', () => {
    expect(percentile(Float32Array.of(4, 1, 3, 2), 50)).toBe(2.5)
    expect(percentile(Float32Array.of(4, 1, 3, 2), 99)).toBeCloseTo(3.97, 5)
  })

  it('the scoring reduction clips at the 99th percentile and fills 0 to 1', () => {
    const values = Float32Array.from({ length: 1001 }, (_, index) => (index === 1000 ? 1e6 : index))
    const reduced = reduceMap(tensor(values, [1, 1, 7, 143]), scoringReduction)
    expect(reduced.clippedAt).toBeCloseTo(990, 2)
    expect(reduced.map.data[1000]).toBe(1)
    expect(reduced.map.data[495]).toBeCloseTo(0.5, 5)
    expect(reduced).toMatchObject({ flat: false, low: 0 })
  })

  it('the signed view keeps zero at zero', () => {
    const reduced = reduceMap(tensor(Float32Array.of(-8, 0, 2, 4), [1, 1, 2, 2]), { ...signedReduction, clip: 100 })
    expect([...reduced.map.data]).toEqual([-1, 0, 0.25, 0.5])
    expect(reduced).toMatchObject({ low: -8, high: 8, clippedAt: null })
  })

  it.each([[0], [3.5]])('a map that is %f everywhere is flagged, not NaN', (value) => {
    const reduced = reduceMap(tensor(new Float32Array(4).fill(value), [1, 1, 2, 2]), scoringReduction)
    expect(reduced.flat).toBe(true)
    expect([...reduced.map.data]).toEqual([0, 0, 0, 0])
  })

  it('a map with one hot pixel in a thousand keeps it', () => {
    const values = new Float32Array(1000)
    values[17] = 2
    const reduced = reduceMap(tensor(values, [1, 1, 10, 100]), scoringReduction)
    expect(reduced).toMatchObject({ flat: false, clippedAt: null })
    expect(reduced.map.data[17]).toBe(1)
  })

  it('refuses values that are not numbers', () => {
    expect(() => reduceMap(tensor(Float32Array.of(1, NaN), [1, 1, 1, 2]), scoringReduction)).toThrow('not numbers')
  })

  it('says in words what it did', () => {
    expect(describeReduction(scoringReduction)).toBe(
      'sum of absolute values over the channels, clipped at the 99th percentile, 0–1'
    )
    expect(describeReduction({ reduce: 'max', clip: 100, normalise: 'none' })).toBe(
      'largest value over the channels, unscaled'
    )
  })
})
