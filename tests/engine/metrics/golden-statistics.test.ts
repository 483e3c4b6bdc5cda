import { describe, expect, test } from 'vitest'
import { adjustedP } from '@engine/metrics/statistics/adjusted-p'
import { acceleratedInterval, basicInterval } from '@engine/metrics/statistics/bootstrap-intervals'
import { friedman } from '@engine/metrics/statistics/friedman'
import { kruskalWallis } from '@engine/metrics/statistics/kruskal-wallis'
import { mannWhitney } from '@engine/metrics/statistics/mann-whitney'
import { mean } from '@engine/metrics/statistics/moments'
import { percentileInterval, resampledMeans } from '@engine/metrics/statistics/patient-bootstrap'
import { pairedTest } from '@engine/metrics/statistics/t-tests'
import { wilcoxonSignedRank, type WilcoxonOptions } from '@engine/metrics/statistics/wilcoxon'
import { readGoldenArray } from '../../support/golden-array'
import { golden, present } from '../../support/golden-metric'

describe.skipIf(!present)('golden statistics', () => {
  test('Wilcoxon signed-rank', () => {
    const scores = columns('stats_scores.npy')
    const expected = golden.statistics as Record<string, { statistic: number; p: number }>
    const small = differences(scores, 0, 1)
    const tied = differences(columns('stats_big_ties.npy'), 0, 1)
    expectTest(small, expected.wilcoxon_0_1_auto)
    expectTest(small, expected.wilcoxon_0_1_approx, { approximate: true })
    expectTest(small, expected.wilcoxon_0_1_approx_cc, { approximate: true, continuity: true })
    expectTest(small, expected.wilcoxon_0_1_greater, { alternative: 'greater' })
    expectTest(differences(columns('stats_big.npy'), 0, 1), expected.wilcoxon_big_auto)
    expectTest(tied, expected.wilcoxon_bigties_auto)
    expectTest(tied, expected.wilcoxon_bigties_pratt, { zeros: 'pratt' })
    expectTest(tied, expected.wilcoxon_bigties_zsplit, { zeros: 'split' })
  })

  test('two samples and more', () => {
    const scores = columns('stats_scores.npy')
    const expected = golden.statistics as Record<string, { statistic: number; p: number }>
    const rounded = scores.map((column) => column.map((value) => Math.round(value * 10) / 10))
    expectOutcome(mannWhitney(scores[0], scores[2]), expected.mannwhitney_0_2_auto)
    expectOutcome(mannWhitney(scores[0], scores[2], true), expected.mannwhitney_0_2_asymptotic)
    expectOutcome(mannWhitney(scores[0].slice(0, 7), scores[2].slice(0, 6)), expected.mannwhitney_small_exact)
    expectOutcome(mannWhitney(rounded[4], rounded[0]), expected.mannwhitney_ties_4_0r)
    expectOutcome(kruskalWallis(scores), expected.kruskal_5)
    expectOutcome(friedman(scores), expected.friedman_5)
    expectOutcome(pairedTest(differences(scores, 0, 1)), expected.ttest_rel_0_1)
  })

  test.each([
    ['bonferroni', 'bonferroni'],
    ['holm', 'holm'],
    ['hochberg', 'hochberg'],
    ['benjamini-hochberg', 'bh'],
    ['benjamini-yekutieli', 'by']
  ] as const)('%s', (adjustment, name) => {
    const adjusted = adjustedP(golden.statistics.p_values as number[], adjustment)
    adjusted.forEach((p, index) => expect(p).toBeCloseTo((golden.statistics[name] as number[])[index], 12))
  })

  test('bootstrap percentile intervals on the stored resamples', () => {
    const expected = golden.statistics.bootstrap as Record<string, [number, number]> & { se: number }
    const scores = columns('stats_scores.npy')
    const { values, shape } = readGoldenArray('bootstrap_indices.npy')
    const [drawCount, patients] = shape
    const counts = new Uint16Array(drawCount * patients)
    values.forEach((patient, position) => counts[Math.floor(position / patients) * patients + patient]++)
    const settings = { draws: drawCount, level: 0.95, seed: 0 }
    const draws = { settings, patients, counts, patientOf: Uint32Array.from({ length: patients }, (_, index) => index) }

    const means = resampledMeans(scores[0], draws)
    const interval = percentileInterval(means, 0.95)!
    const paired = percentileInterval(resampledMeans(differences(scores, 0, 1), draws), 0.95)!
    interval.forEach((edge, index) => expect(edge).toBeCloseTo(expected.percentile95[index], 12))
    paired.forEach((edge, index) => expect(edge).toBeCloseTo(expected.paired_difference_0_1_percentile95[index], 12))
    const estimate = mean(scores[0])
    const leftOut = scores[0].map((_, out) => mean(scores[0].filter((_value, index) => index !== out)))
    const basic = basicInterval(means, estimate, 0.95)
    const accelerated = acceleratedInterval({ resampled: means, estimate, leftOut }, 0.95)!
    basic.forEach((edge, index) => expect(edge).toBeCloseTo(expected.basic95[index], 12))
    accelerated.forEach((edge, index) => expect(edge).toBeCloseTo(expected.bca95[index], 12))
    const average = means.reduce((sum, mean) => sum + mean, 0) / drawCount
    const variance = means.reduce((sum, mean) => sum + (mean - average) ** 2, 0)
    const ratio = Math.sqrt(variance / (drawCount - 1)) / expected.se
    expect(Math.min(Math.abs(ratio - 1), Math.abs(ratio * Math.sqrt((drawCount - 1) / drawCount) - 1))).toBeLessThan(
      1e-9
    )
  })
})

function columns(name: string): number[][] {
  const { values, shape } = readGoldenArray(name)
  return Array.from({ length: shape[1] }, (_, column) =>
    Array.from({ length: shape[0] }, (_, row) => values[row * shape[1] + column])
  )
}

function differences(table: number[][], a: number, b: number): number[] {
  return table[a].map((item, row) => item - table[b][row])
}

type Expected = { readonly statistic: number; readonly p: number }

function expectTest(given: number[], expected: Expected, options: WilcoxonOptions = {}): void {
  expectOutcome(wilcoxonSignedRank(given, options)!, expected)
}

function expectOutcome(found: { statistic: number | null; p: number | null }, expected: Expected): void {
  expect(Math.abs(found.statistic! / expected.statistic - 1)).toBeLessThan(1e-9)
  expect(Math.abs(found.p! / expected.p - 1)).toBeLessThan(1e-9)
}
