import { averageRanks } from '@engine/metrics/statistics/ranks'
import type { TestOutcome } from '@engine/metrics/statistics/test-outcome'
import { tieSum } from '@engine/metrics/statistics/tie-sum'
import { chiSquareTail } from '@engine/metrics/statistics/upper-tails'

/**
 * Friedman's test of several treatments of the same blocks, tie-corrected, χ² approximation. `table[treatment][block]`.
 * Source: Friedman M. The use of ranks to avoid the assumption of normality. J Am Stat Assoc 1937;32:675–701.
 */
export function friedman(table: readonly ArrayLike<number>[]): TestOutcome {
  const treatments = table.length
  const blocks = table[0]?.length ?? 0
  if (treatments < 3 || blocks < 2)
    return { statistic: null, p: null, reason: "Friedman's test needs three treatments and two blocks" }
  const sums = new Float64Array(treatments)
  let ties = 0
  for (let block = 0; block < blocks; block++) {
    const ranks = averageRanks(table.map((row) => row[block]))
    ranks.forEach((rank, treatment) => (sums[treatment] += rank))
    ties += tieSum(ranks)
  }
  const correction = 1 - ties / (blocks * treatments * (treatments ** 2 - 1))
  if (correction === 0) return { statistic: null, p: null, reason: 'all values of each block are equal' }
  const squares = sums.reduce((total, sum) => total + sum ** 2, 0)
  const spread = (12 / (blocks * treatments * (treatments + 1))) * squares - 3 * blocks * (treatments + 1)
  const statistic = spread / correction
  return { statistic, p: chiSquareTail(statistic, treatments - 1) }
}
