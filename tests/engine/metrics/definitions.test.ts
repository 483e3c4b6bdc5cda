import { describe, expect, test } from 'vitest'
import { evaluateMetric, type RawParams } from '@engine/metrics/evaluate'
import { metrics } from '@engine/metrics/index'
import type { Computed, MetricInputs } from '@engine/metrics/metric'
import { otsuThreshold } from '@engine/metrics/otsu'
import { ssim } from '@engine/metrics/structural-similarity'

/** Golden values of the definitions sheet, section E: closed-form maps on a 64 × 64 grid, row i, column j. */
const size = 64
const shape = [size, size]

function grid(formula: (i: number, j: number) => number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, index) => formula(Math.floor(index / size), index % size))
}

function scaled(values: Float32Array): Float32Array {
  const low = Math.min(...values)
  const high = Math.max(...values)
  return values.map((value) => (value - low) / (high - low))
}

const a = scaled(grid((i, j) => Math.exp(-((i - 24) ** 2 + (j - 30) ** 2) / 200)))
const b = scaled(grid((i, j) => Math.exp(-((i - 30) ** 2 + (j - 36) ** 2) / 288)))
const mask = Uint8Array.from(grid((i, j) => ((i - 26) ** 2 + (j - 32) ** 2 <= 64 ? 1 : 0)))
const stripesA = grid((i, j) => ((7 * i + 13 * j) % 31) / 30)
const stripesB = grid((i, j) => ((11 * i + 5 * j) % 29) / 28)
const blocks = grid((i, j) => a[(8 * Math.floor(i / 8) + 4) * size + 8 * Math.floor(j / 8) + 4])
const constant = new Float32Array(size * size).fill(0.3)

function compute(id: string, inputs: Partial<MetricInputs>, params: RawParams = {}): Computed {
  return evaluateMetric(
    metrics.find((metric) => metric.id === id)!,
    { shape, ...inputs },
    params
  )
}

describe('golden values of the definitions sheet', () => {
  test.each<[string, MetricInputs, RawParams, number]>([
    ['A, B uniform, range 1', { map: a, other: b, shape }, {}, 0.504471],
    ['A, B uniform, range 2', { map: a, other: b, shape }, { 'data-range': 2 }, 0.563336],
    ['A, B gaussian, range 1', { map: a, other: b, shape }, { window: 'gaussian11' }, 0.509987],
    ['A, B gaussian, range 2', { map: a, other: b, shape }, { window: 'gaussian11', 'data-range': 2 }, 0.568317],
    ['stripes, range 1', { map: stripesA, other: stripesB, shape }, {}, 0.004057],
    ['stripes, range 2', { map: stripesA, other: stripesB, shape }, { 'data-range': 2 }, 0.018563]
  ])('SSIM of %s', (_name, inputs, params, expected) => {
    expect(compute('ssim', inputs, params).value).toBeCloseTo(expected, 5)
  })

  test('SSIM of maps cut to bytes, range 255', () => {
    const bytes = (map: Float32Array): Float32Array => map.map((value) => Math.floor(value * 255))
    const value = ssim(bytes(a), bytes(b), shape, { window: 'uniform7', dataRange: 255, covariance: 'sample' })
    expect(value).toBeCloseTo(0.493921, 5)
  })

  test.each<[string, string, Float32Array, number]>([
    ['auprc-trapezoid', 'A', a, 0.89079],
    ['average-precision', 'A', a, 0.88682],
    ['roc-auc', 'A', a, 0.993516],
    ['prevalence', 'A', a, 0.048096],
    ['auprc-trapezoid', 'A in blocks (ties)', blocks, 0.699387],
    ['average-precision', 'A in blocks (ties)', blocks, 0.633151],
    ['auprc-trapezoid', 'a constant', constant, 0.524048],
    ['average-precision', 'a constant', constant, 0.048096],
    ['auprc-trapezoid', 'A > .5', a.map((value) => Number(value > 0.5)), 0.7254],
    ['average-precision', 'A > .5', a.map((value) => Number(value > 0.5)), 0.450801],
    ['proportional-energy', 'A', a, 0.262372],
    ['average-saliency-focus', 'A', a, 0.829536]
  ])('%s of %s', (id, _name, map, expected) => {
    expect(compute(id, { map, mask }).value).toBeCloseTo(expected, 5)
  })

  test('best Dice of A and its percentile; Otsu of A', () => {
    const best = compute('max-dice', { map: a, mask })
    expect(best.value).toBeCloseTo(0.77561, 5)
    expect(best).toMatchObject({ detail: { percent: 95 } })
    expect(otsuThreshold(a)).toBeCloseTo(0.330078, 5)
  })
})

describe('undefined cases', () => {
  const empty = new Uint8Array(size * size)
  const full = new Uint8Array(size * size).fill(1)
  const zero = new Float32Array(size * size)

  test.each<[string, Partial<MetricInputs>, RawParams, RegExp]>([
    ['average-precision', { map: a, mask: empty }, {}, /empty/],
    ['auprc-trapezoid', { map: a, mask: empty }, {}, /empty/],
    ['roc-auc', { map: a, mask: empty }, {}, /empty/],
    ['roc-auc', { map: a, mask: full }, {}, /whole image/],
    ['max-dice', { map: a, mask: empty }, {}, /empty/],
    ['dice', { map: a, mask: empty }, {}, /empty/],
    ['dice', { map: zero, mask }, { selection: 'otsu' }, /flat/],
    ['pointing-game', { map: a, mask: empty }, {}, /empty/],
    ['relevance-rank', { map: a, mask: empty }, {}, /empty/],
    ['relevance-mass', { map: zero, mask }, {}, /no positive/],
    ['proportional-energy', { map: zero, mask }, {}, /sums to 0/],
    ['average-saliency-focus', { map: a, mask: empty }, {}, /empty/],
    ['soft-dice', { map: zero, mask: empty }, {}, /empty/],
    ['pearson', { map: zero, other: a }, {}, /same everywhere/],
    ['spearman', { map: a, other: zero }, {}, /same everywhere/],
    ['kendall-tau', { map: a, other: zero }, { stride: 5 }, /same everywhere/],
    ['ssim', { map: a.subarray(0, 36), other: b.subarray(0, 36), shape: [6, 6] }, {}, /smaller than the window/],
    ['ssim', { map: zero, other: zero }, { 'data-range': 'joint' }, /joint range/],
    ['normalised-mutual-information', { map: zero, other: zero }, {}, /flat/]
  ])('%s is null with a reason', (id, inputs, params, reason) => {
    const found = compute(id, inputs, params)
    expect(found.value).toBeNull()
    expect((found as { reason: string }).reason).toMatch(reason)
  })

  test('no metric answers NaN for a flat map or an empty mask', () => {
    for (const metric of metrics) {
      for (const map of [zero, constant]) {
        for (const reference of [empty, full, mask]) {
          const { value } = evaluateMetric(metric, { map, other: map, mask: reference, shape })
          expect(value === null || Number.isFinite(value), metric.id).toBe(true)
        }
      }
    }
  })
})
