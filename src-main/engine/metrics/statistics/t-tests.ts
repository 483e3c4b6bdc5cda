import studentCdf from '@stdlib/stats-base-dists-t-cdf'
import type { TestOutcome } from '@engine/metrics/statistics/test-outcome'
import { mean, standardDeviation } from '@engine/metrics/statistics/moments'

/** What a t test needs of a sample of at least two values; the variance with n − 1. */
export interface SampleMoments {
  readonly count: number
  readonly mean: number
  readonly variance: number
}

/** Two samples, equal variances assumed. Source: Student. The probable error of a mean. Biometrika 1908;6:1–25. */
export function studentTest(first: ArrayLike<number>, second: ArrayLike<number>): TestOutcome {
  return studentOf(momentsOf(first), momentsOf(second))
}

/** The same from the moments of the samples; null for a sample of fewer than two values. */
export function studentOf(a: SampleMoments | null, b: SampleMoments | null): TestOutcome {
  if (a === null || b === null) return tooFew
  const freedom = a.count + b.count - 2
  const pooled = ((a.count - 1) * a.variance + (b.count - 1) * b.variance) / freedom
  return outcome(a.mean - b.mean, Math.sqrt(pooled * (1 / a.count + 1 / b.count)), freedom)
}

/** Two samples, variances may differ. Source: Welch BL. The generalization of “Student's” problem. Biometrika 1947;34:28–35. */
export function welchTest(first: ArrayLike<number>, second: ArrayLike<number>): TestOutcome {
  return welchOf(momentsOf(first), momentsOf(second))
}

/** The same from the moments of the samples; null for a sample of fewer than two values. */
export function welchOf(a: SampleMoments | null, b: SampleMoments | null): TestOutcome {
  if (a === null || b === null) return tooFew
  const [ofA, ofB] = [a.variance / a.count, b.variance / b.count]
  const freedom = (ofA + ofB) ** 2 / (ofA ** 2 / (a.count - 1) + ofB ** 2 / (b.count - 1))
  return outcome(a.mean - b.mean, Math.sqrt(ofA + ofB), freedom)
}

/** Paired samples: their differences against 0. */
export function pairedTest(differences: ArrayLike<number>): TestOutcome {
  const moments = momentsOf(differences)
  return moments === null
    ? tooFew
    : outcome(moments.mean, Math.sqrt(moments.variance / moments.count), moments.count - 1)
}

const tooFew: TestOutcome = { statistic: null, p: null, reason: 'a t test needs two values on each side' }

function momentsOf(values: ArrayLike<number>): SampleMoments | null {
  const deviation = standardDeviation(values)
  return deviation === null ? null : { count: values.length, mean: mean(values), variance: deviation ** 2 }
}

function outcome(difference: number, error: number, freedom: number): TestOutcome {
  if (error === 0) return { statistic: null, p: null, reason: 'all values of a side are equal' }
  const statistic = difference / error
  return { statistic, p: 2 * studentCdf(-Math.abs(statistic), freedom) }
}
