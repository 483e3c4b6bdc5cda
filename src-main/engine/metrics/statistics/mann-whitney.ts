import { normalTail } from '@engine/metrics/statistics/normal-tail'
import { averageRanks } from '@engine/metrics/statistics/ranks'
import type { TestOutcome } from '@engine/metrics/statistics/test-outcome'
import { tieSum } from '@engine/metrics/statistics/tie-sum'

/** Larger samples take the normal approximation, as SciPy does. */
const largestExact = 8

/**
 * Mann–Whitney U of the first sample, two-sided. Exact while one sample has at most 8 values and none are tied (`asymptotic` refuses it), else the
 * normal approximation with tie and continuity correction. Source: Mann HB, Whitney DR. Ann Math Statist 1947;18:50–60.
 */
export function mannWhitney(first: ArrayLike<number>, second: ArrayLike<number>, asymptotic = false): TestOutcome {
  const [m, n] = [first.length, second.length]
  if (m === 0 || n === 0) return { statistic: null, p: null, reason: 'one side has no values' }
  const ranks = averageRanks([...Array.from(first), ...Array.from(second)])
  let rankSum = 0
  for (let index = 0; index < m; index++) rankSum += ranks[index]
  const statistic = rankSum - (m * (m + 1)) / 2
  const ties = tieSum(ranks)
  const larger = Math.max(statistic, m * n - statistic)
  const exact = !asymptotic && ties === 0 && Math.min(m, n) <= largestExact
  if (exact) return { statistic, p: exactP(larger, m, n) }
  const all = m + n
  const variance = ((m * n) / 12) * (all + 1 - ties / (all * (all - 1)))
  if (variance <= 0) return { statistic: null, p: null, reason: 'all values are equal' }
  return { statistic, p: Math.min(1, 2 * normalTail((larger - (m * n) / 2 - 0.5) / Math.sqrt(variance))) }
}

/** Twice the share of orderings whose U is at least this large. */
function exactP(larger: number, m: number, n: number): number {
  const counts = orderings(m, n)
  const total = counts.reduce((sum, count) => sum + count, 0)
  let atLeast = 0
  for (let u = larger; u < counts.length; u++) atLeast += counts[u]
  return Math.min(1, (2 * atLeast) / total)
}

/** How many orderings of m and n values have each U: the coefficients of the Gaussian binomial of m + n over m. */
function orderings(m: number, n: number): Float64Array {
  const length = m * n + 1
  let counts = new Float64Array(length)
  counts[0] = 1
  for (let part = 1; part <= m; part++) {
    // Times (1 − q^(n+part)), then divided by (1 − q^part).
    const next = counts.slice()
    for (let u = n + part; u < length; u++) next[u] -= counts[u - n - part]
    for (let u = part; u < length; u++) next[u] += next[u - part]
    counts = next
  }
  return counts
}
