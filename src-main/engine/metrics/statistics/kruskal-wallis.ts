import { averageRanks } from '@engine/metrics/statistics/ranks'
import type { TestOutcome } from '@engine/metrics/statistics/test-outcome'
import { tieSum } from '@engine/metrics/statistics/tie-sum'
import { chiSquareTail } from '@engine/metrics/statistics/upper-tails'

/** Kruskal–Wallis H of several samples, tie-corrected, χ² approximation. Source: Kruskal WH, Wallis WA. J Am Stat Assoc 1952;47:583–621. */
export function kruskalWallis(samples: readonly ArrayLike<number>[]): TestOutcome {
  if (samples.length < 2 || samples.some(({ length }) => length === 0))
    return { statistic: null, p: null, reason: 'a comparison of groups needs two groups with values' }
  const ranks = averageRanks(samples.flatMap((sample) => Array.from(sample)))
  const all = ranks.length
  let start = 0
  let sum = 0
  for (const { length } of samples) {
    const rankSum = ranks.subarray(start, start + length).reduce((total, rank) => total + rank, 0)
    sum += rankSum ** 2 / length
    start += length
  }
  const correction = 1 - tieSum(ranks) / (all ** 3 - all)
  if (correction === 0) return { statistic: null, p: null, reason: 'all values are equal' }
  const statistic = ((12 / (all * (all + 1))) * sum - 3 * (all + 1)) / correction
  return { statistic, p: chiSquareTail(statistic, samples.length - 1) }
}
