import { describe, expect, test } from 'vitest'
import { rankScores, weightedAuc } from '@engine/metrics/statistics/classifier-auc'
import { correlation } from '@engine/metrics/statistics/correlation'
import { holmAdjusted } from '@engine/metrics/statistics/holm'
import { normalTail } from '@engine/metrics/statistics/normal-tail'
import {
  drawPatients,
  meanInterval,
  percentileInterval,
  resampledMeans,
  resampledStatistic
} from '@engine/metrics/statistics/patient-bootstrap'
import { averageRanks } from '@engine/metrics/statistics/ranks'
import { wilcoxonSignedRank } from '@engine/metrics/statistics/wilcoxon'

const settings = { draws: 2000, level: 0.95, seed: 7 }

describe('bootstrap by patient', () => {
  test('the same seed gives the same interval, another seed another', () => {
    const values = Array.from({ length: 30 }, (_, index) => Math.sin(index))
    const patients = values.map((_, index) => `p${index}`)
    const interval = (seed: number): unknown => meanInterval(values, drawPatients(patients, { ...settings, seed }))
    expect(interval(7)).toEqual(interval(7))
    expect(interval(7)).not.toEqual(interval(8))
  })

  test('a resample holds as many patients as there are', () => {
    const draws = drawPatients(['a', 'b', 'b', 'c'], settings)
    expect(draws.patients).toBe(3)
    for (let draw = 0; draw < settings.draws; draw += 97) {
      expect(draws.counts.subarray(draw * 3, draw * 3 + 3).reduce((sum, count) => sum + count, 0)).toBe(3)
    }
  })

  test('images of one patient come together: copies of an image do not narrow the interval', () => {
    const values = Array.from({ length: 20 }, (_, index) => index % 7)
    const once = meanInterval(
      values,
      drawPatients(
        values.map((_, index) => `p${index}`),
        settings
      )
    )!
    const copied = values.flatMap((value) => [value, value, value, value])
    const patients = copied.map((_, index) => `p${Math.floor(index / 4)}`)
    expect(meanInterval(copied, drawPatients(patients, settings))).toEqual(once)
    const wrong = meanInterval(
      copied,
      drawPatients(
        copied.map((_, index) => `p${index}`),
        settings
      )
    )!
    expect(wrong[1] - wrong[0]).toBeLessThan(0.7 * (once[1] - once[0]))
  })

  test('covers the true mean about as often as it says', () => {
    let covered = 0
    for (let study = 0; study < 200; study++) {
      const random = drawPatients(
        Array.from({ length: 40 }, (_, index) => String(index)),
        { draws: 1, level: 0.95, seed: study }
      )
      // Counts of a resample have mean 1: a sample whose true mean is known.
      const sample = Array.from(random.counts, Number).map(
        (count, index) => count + ((index * 7919 + study * 104729) % 13) / 6 - 1
      )
      const [low, high] = meanInterval(
        sample,
        drawPatients(
          sample.map((_, index) => String(index)),
          { ...settings, draws: 400 }
        )
      )!
      if (low <= 1 && high >= 1) covered++
    }
    expect(covered / 200).toBeGreaterThan(0.9)
  })

  test('a statistic undefined in most resamples has no interval', () => {
    expect(percentileInterval(Float64Array.from([NaN, NaN, 1]), 0.95)).toBeNull()
    expect(percentileInterval(Float64Array.from([1, NaN, 1]), 0.95)).toEqual([1, 1])
    expect(meanInterval([], drawPatients([], settings))).toBeNull()
  })

  test('weights of a statistic reproduce the resampled means', () => {
    const values = [3, 1, 4, 1, 5]
    const draws = drawPatients(['a', 'a', 'b', 'c', 'd'], { ...settings, draws: 50 })
    const byWeights = resampledStatistic(draws, (weights) => {
      const sum = weights.reduce((total, weight) => total + weight, 0)
      return weights.reduce((total, weight, index) => total + weight * values[index], 0) / sum
    })
    resampledMeans(values, draws).forEach((mean, draw) => expect(byWeights[draw]).toBeCloseTo(mean, 12))
  })
})

describe('ranks, tests and correlation', () => {
  test('ties share their average rank', () => {
    expect([...averageRanks([10, 20, 10, 5])]).toEqual([2.5, 4, 2.5, 1])
  })

  test('normal tail', () => {
    expect(normalTail(0)).toBe(0.5)
    expect(normalTail(1.959963984540054)).toBeCloseTo(0.025, 14)
    expect(normalTail(-1.2815515655446004)).toBeCloseTo(0.9, 13)
    expect(normalTail(6) / 9.865876450376946e-10).toBeCloseTo(1, 10)
  })

  test('the smallest exact Wilcoxon cases by hand', () => {
    expect(wilcoxonSignedRank([1, 2, 3])).toEqual({ statistic: 0, p: 0.25, exact: true })
    expect(wilcoxonSignedRank([1, 2, -3])!.p).toBe(1)
    expect(wilcoxonSignedRank([0, 0])).toBeNull()
    // Ties: all sign patterns of up to 13 differences, as SciPy's `auto`.
    expect(wilcoxonSignedRank([1, 1, 1, 1])).toMatchObject({ exact: true, p: 0.125 })
    expect(wilcoxonSignedRank(Array.from({ length: 14 }, () => 1))!.exact).toBe(false)
  })

  test('Holm keeps what was not tested and never falls', () => {
    expect(holmAdjusted([0.01, null, 0.04, 0.03])).toEqual([0.03, null, 0.06, 0.06])
    expect(holmAdjusted([])).toEqual([])
  })

  test('correlation of a flat side is undefined', () => {
    expect(correlation([1, 1, 1], [1, 2, 3])).toBeNull()
    expect(correlation([1, 2, 3], [2, 4, 6])).toBe(1)
  })

  test('weighted AUC with ties, and without one class', () => {
    const ranked = rankScores([0.1, 0.4, 0.4, 0.9], [false, false, true, true])
    expect(weightedAuc(ranked, [1, 1, 1, 1])).toBe(0.875)
    expect(weightedAuc(ranked, [1, 1, 0, 0])).toBeNaN()
    expect(weightedAuc(ranked, [0, 2, 1, 0])).toBe(0.5)
  })
})
