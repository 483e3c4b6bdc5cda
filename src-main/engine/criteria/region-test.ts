import { levene } from '@engine/metrics/statistics/levene'
import { mannWhitney } from '@engine/metrics/statistics/mann-whitney'
import { shapiroWilk } from '@engine/metrics/statistics/shapiro-wilk'
import { studentTest, welchTest } from '@engine/metrics/statistics/t-tests'
import type { TestOutcome } from '@engine/metrics/statistics/test-outcome'

export const groupTests = ['published', 'mann-whitney', 'welch'] as const
export type GroupTest = (typeof groupTests)[number]

/** Which test was made of two groups, why, and what it found. */
export interface GroupOutcome {
  readonly test: 'Student t' | 'Welch t' | 'Mann–Whitney U'
  readonly outcome: TestOutcome
  /** p of the assumptions that chose the test; null where it was stated. */
  readonly assumptions: {
    readonly shapiro: readonly [number | null, number | null]
    readonly levene: number | null
  } | null
}

const alpha = 0.05

/**
 * Two groups, two-sided. `published`: both normal (Shapiro–Wilk p > .05) with equal variances (Levene p > .05, median-centred) → Student's t, else
 * Mann–Whitney U with the normal approximation and continuity correction.
 * Source: Sümer et al. A region-based evaluation of saliency maps for medical applications, MLHC 2023, PMLR 219:712–736, and its notebook.
 */
export function compareGroups(first: readonly number[], second: readonly number[], test: GroupTest): GroupOutcome {
  if (test === 'mann-whitney') return { test: 'Mann–Whitney U', outcome: mannWhitney(first, second), assumptions: null }
  if (test === 'welch') return { test: 'Welch t', outcome: welchTest(first, second), assumptions: null }
  const shapiro = [shapiroWilk(first).p, shapiroWilk(second).p] as const
  const spread = levene([first, second]).p
  const assumptions = { shapiro, levene: spread }
  const parametric = [...shapiro, spread].every((p) => p !== null && p > alpha)
  return parametric
    ? { test: 'Student t', outcome: studentTest(first, second), assumptions }
    : { test: 'Mann–Whitney U', outcome: mannWhitney(first, second, true), assumptions }
}
