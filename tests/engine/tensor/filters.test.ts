import { describe, expect, it } from 'vitest'
import { ascendingOrder } from '@engine/tensor/ascending-order'
import { type FilterBorder, gaussianFilter } from '@engine/tensor/gaussian-filter'
import { nthSmallest } from '@engine/tensor/nth-smallest'
import { randomStream } from '@engine/tensor/random'
import { splineResize } from '@engine/tensor/spline-resize'

const drawn = (count: number, key: string): Float64Array => {
  const stream = randomStream(1, key)
  return Float64Array.from({ length: count }, () => stream.uniform())
}

describe('gaussianFilter', () => {
  const [height, width] = [7, 9]
  const image = drawn(height * width, 'gaussian')

  /** The sum over the whole window at once, from the definition. */
  function direct(sigma: number, border: FilterBorder): number[] {
    const radius = Math.floor(4 * sigma + 0.5)
    const at = (position: number, size: number): number => {
      if (border === 'zero') return position < 0 || position >= size ? -1 : position
      const period = 2 * size
      const wrapped = ((position % period) + period) % period
      return Math.min(wrapped, period - 1 - wrapped)
    }
    const bell = (distance: number): number => Math.exp(-(distance ** 2) / (2 * sigma ** 2))
    let norm = 0
    for (let d = -radius; d <= radius; d++) norm += bell(d)
    return Array.from(image, (_, index) => {
      let sum = 0
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          const [y, x] = [at(Math.floor(index / width) + dy, height), at((index % width) + dx, width)]
          if (y >= 0 && x >= 0) sum += (bell(dy) * bell(dx) * image[y * width + x]) / norm ** 2
        }
      }
      return sum
    })
  }

  it.each([
    [0.8, 'mirrored'],
    [1.7, 'zero'],
    [4, 'mirrored'],
    [4, 'zero']
  ] as const)('sigma %f, border %s: the double sum of the definition', (sigma, border) => {
    const found = gaussianFilter({ data: image, shape: [height, width] }, [sigma, sigma], border)
    direct(sigma, border).forEach((value, index) => expect(found[index]).toBeCloseTo(value, 12))
  })

  it('leaves an axis of sigma 0 alone and never changes what it was given', () => {
    const before = image.slice()
    const found = gaussianFilter({ data: image, shape: [height, width] }, [0, 0], 'zero')
    expect(found).toEqual(before)
    expect(found).not.toBe(image)
    gaussianFilter({ data: image, shape: [height, width] }, [1, 1], 'zero')
    expect(image).toEqual(before)
  })
})

describe('splineResize', () => {
  it('goes through the samples of a cubic far from the border', () => {
    const cubic = (t: number): number => 0.002 * t ** 3 - 0.05 * t ** 2 + 0.3 * t
    const size = 48
    const line = Float64Array.from({ length: size }, (_, index) => cubic(index))
    const finer = splineResize({ data: line, shape: [size] }, [3 * size], [-Infinity, Infinity])
    for (let index = 60; index < 84; index++) expect(finer[index]).toBeCloseTo(cubic((index + 0.5) / 3 - 0.5), 4)
  })

  it('keeps within the range it is given, and the values when no size changes', () => {
    const image = drawn(30, 'resize')
    expect(splineResize({ data: image, shape: [5, 6] }, [5, 6], [0, 1])).toEqual(image)
    const larger = splineResize({ data: image, shape: [5, 6] }, [20, 24], [0.2, 0.7])
    expect(larger).toHaveLength(480)
    expect(Math.max(...larger)).toBe(0.7)
    expect(Math.min(...larger)).toBe(0.2)
  })
})

describe('orders', () => {
  it('ascendingOrder is the stable sort of non-negative numbers', () => {
    const values = drawn(5000, 'order').map((value, index) =>
      index % 3 === 0 ? Math.round(value * 20) : value * 10 ** (index % 40)
    )
    const expected = Array.from(values, (_, index) => index).sort((a, b) => values[a] - values[b] || a - b)
    expect(Array.from(ascendingOrder(values))).toEqual(expected)
    expect(ascendingOrder(new Float64Array(0))).toHaveLength(0)
  })

  it('nthSmallest is the sorted value at a rank, with ties and infinities', () => {
    const values = drawn(301, 'nth').map((value, index) => (index % 7 === 0 ? Infinity : Math.round(value * 50)))
    const sorted = values.slice().sort()
    for (const rank of [0, 1, 75, 150, 257, 258, 300]) expect(nthSmallest(values, rank)).toBe(sorted[rank])
    expect(nthSmallest(Float64Array.of(3), 0)).toBe(3)
  })
})
