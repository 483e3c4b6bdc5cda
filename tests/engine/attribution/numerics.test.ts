import { describe, expect, it } from 'vitest'
import { gaussianBlur } from '@engine/attribution/gaussian-blur'
import { quadrature } from '@engine/attribution/quadrature'
import { upsample } from '@engine/attribution/upsample'
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

describe('gaussianBlur', () => {
  it('keeps the sum and spreads a point like a Gaussian', () => {
    const point = new Float32Array(41 * 41)
    point[20 * 41 + 20] = 1
    const blurred = gaussianBlur(tensor(point, [1, 1, 41, 41]), 2)
    expect(blurred.data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
    expect(blurred.data[20 * 41 + 22] / blurred.data[20 * 41 + 20]).toBeCloseTo(Math.exp(-0.5), 5)
  })
})
