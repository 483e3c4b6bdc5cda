import { describe, expect, test } from 'vitest'
import { cliffDelta, hedgesG } from '@engine/metrics/statistics/effect-size'
import { friedman } from '@engine/metrics/statistics/friedman'
import { kruskalWallis } from '@engine/metrics/statistics/kruskal-wallis'
import { levene } from '@engine/metrics/statistics/levene'
import { mannWhitney } from '@engine/metrics/statistics/mann-whitney'
import { shapiroWilk } from '@engine/metrics/statistics/shapiro-wilk'
import { studentTest, welchTest } from '@engine/metrics/statistics/t-tests'
import type { TestOutcome } from '@engine/metrics/statistics/test-outcome'
import scipy from '../../fixtures/statistics/scipy.json'

interface Expected {
  readonly statistic: number
  readonly p: number
}

function expectOutcome(found: TestOutcome, expected: Expected, tolerance = 1e-9): void {
  expect(Math.abs(found.statistic! - expected.statistic)).toBeLessThan(tolerance * (1 + Math.abs(expected.statistic)))
  expect(Math.abs(found.p! / expected.p - 1)).toBeLessThan(tolerance)
}

describe(`values of SciPy ${scipy.scipy}`, () => {
  test.each(scipy.cases.map((one) => [`${one.a.length} and ${one.b.length} values`, one] as const))('%s', (_, one) => {
    expectOutcome(levene([one.a, one.b]), one.levene)
    expectOutcome(studentTest(one.a, one.b), one.student)
    expectOutcome(welchTest(one.a, one.b), one.welch)
    expectOutcome(mannWhitney(one.a, one.b), one.mannWhitney)
    expectOutcome(kruskalWallis([one.a, one.b]), one.kruskal)
    // SciPy takes its normal quantiles from algorithm AS 111, good to 2⁻³¹; near W = 1 the tail of ln(1 − W) magnifies that.
    expectOutcome(shapiroWilk(one.a), one.shapiroA, 1e-6)
    expectOutcome(shapiroWilk(one.b), one.shapiroB, 1e-6)
  })
})

describe('samples without an answer say why', () => {
  test.each([
    ['Student', studentTest([1], [2, 3])],
    ['Student, no spread', studentTest([1, 1], [1, 1])],
    ['Welch', welchTest([], [2, 3])],
    ['Mann–Whitney', mannWhitney([], [1])],
    ['Mann–Whitney, all equal', mannWhitney([2, 2], [2, 2])],
    ['Kruskal–Wallis', kruskalWallis([[1, 2]])],
    ['Kruskal–Wallis, all equal', kruskalWallis([[1], [1]])],
    ['Friedman', friedman([[1], [2], [3]])],
    [
      'Friedman, all equal',
      friedman([
        [1, 1],
        [1, 1],
        [1, 1]
      ])
    ],
    ['Levene', levene([[1], [2, 3]])],
    [
      'Levene, no spread',
      levene([
        [1, 1],
        [2, 2]
      ])
    ],
    ['Shapiro–Wilk', shapiroWilk([1, 2])],
    ['Shapiro–Wilk, all equal', shapiroWilk([1, 1, 1])]
  ] as const)('%s', (_, found) => {
    expect(found.p).toBeNull()
    expect('reason' in found && found.reason.length).toBeGreaterThan(5)
  })
})

describe('effect sizes', () => {
  test("Hedges' g of two shifted samples", () => {
    // Means 3 and 5, both variances 2.5, eight degrees of freedom: −2 ÷ √2.5 · (1 − 3 ÷ 31).
    expect(hedgesG([1, 2, 3, 4, 5], [3, 4, 5, 6, 7]).value).toBeCloseTo((-2 / Math.sqrt(2.5)) * (1 - 3 / 31), 12)
    expect(hedgesG([1], [1, 2]).value).toBeNull()
    expect(hedgesG([1, 1], [1, 1]).value).toBeNull()
  })

  test("Cliff's δ counts pairs", () => {
    // 6 pairs: above 4, below 1, equal 1.
    expect(cliffDelta([2, 3, 9], [2, 2.5]).value).toBeCloseTo((4 - 1) / 6, 12)
    expect(cliffDelta([], [1]).value).toBeNull()
  })

  test("Cliff's δ is what Mann–Whitney's U says", () => {
    for (const { a, b } of scipy.cases) {
      const u = mannWhitney(a, b).statistic!
      expect(cliffDelta(a, b).value).toBeCloseTo((2 * u) / (a.length * b.length) - 1, 12)
    }
  })
})
