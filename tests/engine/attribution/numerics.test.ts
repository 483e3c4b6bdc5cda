import { describe, expect, it } from 'vitest'
import { cubicZoom } from '@engine/attribution/cubic-zoom'
import { gaussianBlur } from '@engine/attribution/gaussian-blur'
import { principalProjection } from '@engine/attribution/principal-projection'
import { quadrature } from '@engine/attribution/quadrature'
import { upsample } from '@engine/attribution/upsample'
import { randomStream } from '@engine/tensor/random'
import { tensor } from '@engine/tensor/tensor'

describe('quadrature', () => {
  it.each([1, 2, 3, 7, 32, 50, 301])('Gauss–Legendre with %i points integrates x^(2n−1) on [0, 1] exactly', (steps) => {
    const { alphas, weights } = quadrature('gauss-legendre', steps)
    const degree = Math.min(2 * steps - 1, 40)
    const integral = alphas.reduce((sum, x, index) => sum + weights[index] * x ** degree, 0)
    expect(integral).toBeCloseTo(1 / (degree + 1), 12)
    expect(alphas.every((x, index) => x > 0 && x < 1 && (index === 0 || x > alphas[index - 1]))).toBe(true)
  })

  it('matches the published nodes for n = 5 (Abramowitz and Stegun, table 25.4)', () => {
    const { alphas, weights } = quadrature('gauss-legendre', 5)
    expect(alphas[4] * 2 - 1).toBeCloseTo(0.906179845938664, 14)
    expect(weights[4] * 2).toBeCloseTo(0.236926885056189, 14)
    expect(weights[2] * 2).toBeCloseTo(0.568888888888889, 14)
  })
})

describe('upsample', () => {
  it('linear uses half-pixel centres and clamps', () => {
    const up = upsample(tensor(Float32Array.of(0, 1), [1, 1, 1, 2]), [1, 4], 'linear')
    expect([...up.data]).toEqual([0, 0.25, 0.75, 1])
  })

  it('nearest takes the floor of position times scale, as PyTorch', () => {
    const up = upsample(tensor(Float32Array.of(1, 2, 3), [1, 1, 3, 1]), [5, 1], 'nearest')
    expect([...up.data]).toEqual([1, 1, 2, 2, 3])
  })

  it('works on volumes and keeps constants', () => {
    const up = upsample(tensor(new Float32Array(8).fill(3), [1, 1, 2, 2, 2]), [5, 4, 3], 'linear')
    expect(up.shape).toEqual([1, 1, 5, 4, 3])
    expect(up.data.every((value) => value === 3)).toBe(true)
  })
})

const volume = tensor(Float32Array.of(1, -2, 0.5, 3, 0, -1, 0.25, 2, -3, 1.5, -0.5, 4), [1, 1, 2, 2, 3])

function expectEach(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length)
  expected.forEach((value, index) => expect(found[index]).toBeCloseTo(value, 6))
}

describe('upsample against PyTorch 2.15', () => {
  it('corners is interpolate(align_corners=True)', () => {
    const up = upsample(tensor(Float32Array.of(1, -2, 0.5, 3, 0, -1), [1, 1, 2, 3]), [3, 5], 'corners')
    expectEach(up.data, [1, -0.5, -2, -0.75, 0.5, 2, 0.5, -1, -0.625, -0.25, 3, 1.5, 0, -0.5, -1])
    expect([...upsample(tensor(Float32Array.of(7), [1, 1, 1]), [3], 'corners').data]).toEqual([7, 7, 7])
  })

  it('linear on a volume of unequal sides is trilinear interpolate(align_corners=False)', () => {
    const up = upsample(volume, [5, 3, 7], 'linear')
    const slice = [
      [0.325, 0.5071428571, 1.0535714286, 1.6, -0.2214285714, -2.0428571429, -2.65],
      [0.9875, 0.9285714286, 0.7517857143, 0.575, 0.5107142857, 0.4464285714, 0.425],
      [1.65, 1.35, 0.45, -0.45, 1.2428571429, 2.9357142857, 3.5]
    ]
    expectEach(up.data.subarray(63, 84), slice.flat())
  })
})

describe('cubicZoom', () => {
  it('is scipy.ndimage.zoom(order=3) (SciPy 1.17)', () => {
    const zoomed = cubicZoom(volume, [5, 3, 7])
    const slice = [
      [0.625, 0.56712962963, 0.37037037037, 0, -0.53240740741, -1.0300925926, -1.25],
      [1.4375, 1.1053240741, 0.42592592593, -0.125, -0.20601851852, -0.012731481481, 0.125],
      [2.25, 1.6435185185, 0.48148148148, -0.25, 0.12037037037, 1.0046296296, 1.5]
    ]
    expect(zoomed.shape).toEqual([1, 1, 5, 3, 7])
    expectEach(zoomed.data.subarray(42, 63), slice.flat())
    const sum = zoomed.data.reduce((total, value) => total + value, 0)
    expect(sum).toBeCloseTo(41.25, 4)
  })

  it('keeps the samples, also along an axis of one', () => {
    const zoomed = cubicZoom(tensor(Float32Array.of(2, -1, 4, 0.5), [1, 1, 1, 4]), [3, 7])
    for (let row = 0; row < 3; row++)
      expectEach(
        [0, 2, 4, 6].map((at) => zoomed.data[row * 7 + at]),
        [2, -1, 4, 0.5]
      )
  })
})

describe('principalProjection', () => {
  /** Orthonormal columns by Gram–Schmidt, so that the answer is known. */
  function frame(length: number, count: number, seed: number): Float64Array[] {
    const stream = randomStream(seed, 'frame')
    const found: Float64Array[] = [Float64Array.from({ length }, () => 1 / Math.sqrt(length))]
    while (found.length <= count) {
      const next = Float64Array.from({ length }, () => stream.normal())
      for (let pass = 0; pass < 2; pass++)
        for (const done of found) {
          const share = done.reduce((sum, value, index) => sum + value * next[index], 0)
          next.forEach((value, index) => (next[index] = value - share * done[index]))
        }
      const length2 = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0))
      found.push(next.map((value) => value / length2))
    }
    return found.slice(1)
  }

  it.each([
    [40, 200, [5, 3, 1]],
    [200, 40, [5, 4.9, 4.8, 4.7, 4.6, 4.5, 4.4, 4.3, 4.2, 4.1]],
    [49, 512, [1e-6, 1e-7]]
  ])('%i × %i with singular values %j: the first left vector times its value', (rows, columns, values) => {
    // Left vectors are orthogonal to the constant one, so the columns are centred already; a constant is added on top.
    const left = frame(rows, values.length, 1)
    const right = frame(columns, values.length, 2)
    const data = Float64Array.from({ length: rows * columns }, (_, index) => {
      const [row, column] = [Math.floor(index / columns), index % columns]
      return values.reduce((sum, value, k) => sum + value * left[k][row] * right[k][column], values[0] * column)
    })
    const found = principalProjection({ data, rows, columns })
    const sign = Math.sign(found[0] * left[0][0])
    for (const [row, value] of found.entries())
      expect(Math.abs(sign * value - values[0] * left[0][row])).toBeLessThan(1e-6 * values[0])
  })

  it('equal rows have no direction', () => {
    const data = Float64Array.from({ length: 12 }, (_, index) => index % 3)
    expect([...principalProjection({ data, rows: 4, columns: 3 })]).toEqual([0, 0, 0, 0])
  })
})

describe('gaussianBlur', () => {
  it('keeps the sum and spreads a point like a Gaussian', () => {
    const point = new Float32Array(41 * 41)
    point[20 * 41 + 20] = 1
    const blurred = gaussianBlur(tensor(point, [1, 1, 41, 41]), 2)
    expect(blurred.data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
    expect(blurred.data[20 * 41 + 22] / blurred.data[20 * 41 + 20]).toBeCloseTo(Math.exp(-0.5), 5)
  })
})
