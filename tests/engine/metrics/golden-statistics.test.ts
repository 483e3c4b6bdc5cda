import { describe, expect, test } from 'vitest'
import { holmAdjusted } from '@engine/metrics/statistics/holm'
import { percentileInterval, resampledMeans } from '@engine/metrics/statistics/patient-bootstrap'
import { wilcoxonSignedRank } from '@engine/metrics/statistics/wilcoxon'
import { readGoldenArray } from '../../support/golden-array'
import { golden, present } from '../../support/golden-metric'

describe.skipIf(!present)('golden statistics', () => {
  test('Wilcoxon signed-rank', () => {
    const scores = columns('stats_scores.npy')
    const expected = golden.statistics as Record<string, { statistic: number; p: number }>
    expectTest(differences(scores, 0, 1), expected.wilcoxon_0_1_auto, false)
    expectTest(differences(scores, 0, 1), expected.wilcoxon_0_1_approx, true)
    expectTest(differences(columns('stats_big.npy'), 0, 1), expected.wilcoxon_big_auto, false)
    expectTest(differences(columns('stats_big_ties.npy'), 0, 1), expected.wilcoxon_bigties_auto, false)
  })

  test('Holm', () => {
    const adjusted = holmAdjusted(golden.statistics.p_values as number[])
    adjusted.forEach((p, index) => expect(p).toBeCloseTo((golden.statistics.holm as number[])[index], 12))
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

function expectTest(given: number[], expected: { statistic: number; p: number }, approximate: boolean): void {
  const found = wilcoxonSignedRank(given, approximate)!
  expect(found.statistic).toBe(expected.statistic)
  expect(Math.abs(found.p / expected.p - 1)).toBeLessThan(1e-9)
}
