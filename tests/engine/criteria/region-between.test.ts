import { describe, expect, test } from 'vitest'
import type { CaseRegions } from '@engine/criteria/expected-regions'
import { betweenLabels, regionPairs } from '@engine/criteria/region-between'
import { compareGroups } from '@engine/criteria/region-test'
import { createStatistics } from '@engine/criteria/summary'
import { wilcoxonSignedRank } from '@engine/metrics/statistics/wilcoxon'
import { classifier } from '../../support/synthetic-run'

/** Normal scores of 20 values, as region scores: quantiles around a mean. */
const quantiles = [0.06, 0.19, 0.31, 0.45, 0.59, 0.74, 0.92, 1.13, 1.41, 1.87]
const scores = (mean: number, spread: number): number[] =>
  [...quantiles.map((z) => -z).reverse(), ...quantiles].map((z) => Number((mean + spread * z).toFixed(4)))
const skewed = Array.from({ length: 20 }, (_, index) => Number((0.3 + 0.4 * (index / 19) ** 4).toFixed(4)))

describe('the published tree of Sümer et al.', () => {
  // SciPy 1.17.1: shapiro, levene, ttest_ind, mannwhitneyu(method="asymptotic"). The scores printed in the notebook are not at hand.
  test.each([
    ['both normal, spread alike: Student', scores(0.43, 0.055), 'Student t', [0.06917366338170995, 0.681238105117484]],
    ['both normal, spread differs', scores(0.46, 0.16), 'Mann–Whitney U', [0.12643061736676814, 0.0002561539153169011]],
    ['one is not normal', skewed, 'Mann–Whitney U', [0.06384240259938125, 0.08648795729361475]]
  ] as const)('%s', (_, other, test_, [p, spread]) => {
    const found = compareGroups(scores(0.4, 0.05), other, 'published')
    expect(found.test).toBe(test_)
    expect(found.outcome.p).toBeCloseTo(p, 8)
    expect(found.assumptions!.levene).toBeCloseTo(spread, 8)
    expect(found.assumptions!.shapiro[1]! > 0.05).toBe(other !== skewed)
  })
})

describe('the Wilcoxon test with ties and zeros', () => {
  // SciPy 1.17.1, method="auto": all sign patterns up to 13 differences, then the normal approximation.
  test.each([
    [[1, 2, 3, 0, -1, 4, 5, 2], 0.046875, true],
    [[2, 2, -1, 3, 4, 5], 0.0625, true],
    [[...Array.from({ length: 12 }, (_, index) => index + 1), 0], 0.00048828125, true],
    [[1.5, -2, 3, 4, 5, -6, 7, 8, 0, 0, 2, 3, 1, 1.5], 0.054334582503651106, false],
    [[1, -2, 3, -4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0, 0], 0.003510363671504142, false]
  ])('%j', (differences, p, exact) => {
    expect(wilcoxonSignedRank(differences)).toMatchObject({ exact })
    expect(wilcoxonSignedRank(differences)!.p).toBeCloseTo(p, 10)
  })
})

const frame = {
  model: classifier('a1', 'a', 1),
  method: { id: 'map', title: 'map', role: 'method' as const, imported: false, models: null },
  grid: 'image',
  rule: ''
}
const names = ['left', 'right', 'heart']
/** 24 patients: right lies .2 above left, heart is left again with a wobble. */
const cases = Array.from({ length: 24 }, (_, index): CaseRegions => {
  const left = 0.3 + ((7 * index) % 24) / 100
  const wobble = (index % 2 === 0 ? 1 : -1) * (0.001 + index / 10_000)
  const label = ['none', 'one', 'two'][index % 3]
  return {
    item: { id: `c${index}`, patient: `p${index}`, label, hasMask: false, hasCue: false, variants: [] },
    names,
    scores: [left, left + 0.2 + index / 1000, left + wobble]
  }
})
const table = { frame, names, cases, adjustment: 'bonferroni' as const }
const statistics = createStatistics({ draws: 200, level: 0.95, minimumPatients: 10 }, 1)

describe('regions against each other', () => {
  test('are compared in pairs, paired by patient, p adjusted over the pairs', () => {
    const rows = regionPairs(table, statistics)
    expect(rows).toHaveLength(3)
    const [sides, centre] = rows
    expect(sides.value).toBeCloseTo(-0.2115, 6)
    expect(sides.ci95![1]).toBeLessThan(-0.2)
    expect(sides.patients).toBe(24)
    const { p, pHolm, adjustment } = sides.references[0].difference!
    // All 24 differences have one sign: 2 / 2²⁴.
    expect(p).toBeCloseTo(2 ** -23, 12)
    expect(pHolm).toBeCloseTo(3 * 2 ** -23, 12)
    expect(adjustment).toBe('bonferroni over the pairs of regions')
    expect(centre.references[0].difference!.p!).toBeGreaterThan(0.3)
    expect(sides.verdict.reason).toMatch(/^“left” less “right”, by patient: −0\.21 .*no verdict on the map\.$/)
  })

  test('say which cannot be compared, and are not asked for more than ten', () => {
    const alike = cases.map((one) => ({ ...one, scores: [0.5, 0.5, 0.5] }))
    expect(regionPairs({ ...table, cases: alike }, statistics)[0].verdict.reason).toBe(
      '“left” and “right” cannot be compared: their scores do not differ in any patient.'
    )
    expect(regionPairs({ ...table, names: Array.from({ length: 11 }, (_, i) => `r${i}`) }, statistics)).toEqual([])
  })

  test('between findings are adjusted over the regions like the other tests', () => {
    const reason = betweenLabels(table)[0].verdict.reason
    const [, p, adjusted] = /p (\d\.\d+), adjusted over the regions \(bonferroni\) (\d\.\d+)/.exec(reason)!
    expect(Number(adjusted)).toBeCloseTo(Math.min(1, 3 * Number(p)), 1)
  })
})
