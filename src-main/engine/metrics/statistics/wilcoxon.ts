import { normalTail } from '@engine/metrics/statistics/normal-tail'
import { averageRanks } from '@engine/metrics/statistics/ranks'

export interface Wilcoxon {
  /** The smaller of the two rank sums. */
  readonly statistic: number
  /** Two-sided. */
  readonly p: number
  readonly exact: boolean
}

const largestExact = 50

/**
 * Wilcoxon signed-rank test of differences against 0, two-sided; zeros are dropped. Exact up to 50 differences without ties,
 * else the normal approximation with tie correction (`approximate` asks for it). Null when no difference is left.
 * Source: Wilcoxon F. Individual comparisons by ranking methods. Biometrics Bulletin 1945; agrees with SciPy's `auto` from 14 differences on.
 */
export function wilcoxonSignedRank(differences: readonly number[], approximate = false): Wilcoxon | null {
  const kept = differences.filter((difference) => difference !== 0)
  if (kept.length === 0) return null
  const ranks = averageRanks(kept.map(Math.abs))
  let up = 0
  let down = 0
  ranks.forEach((rank, index) => {
    if (kept[index] > 0) up += rank
    else down += rank
  })
  const statistic = Math.min(up, down)
  const ties = tieSum(ranks)
  const exact = !approximate && kept.length <= largestExact && ties === 0
  return { statistic, exact, p: exact ? exactP(statistic, kept.length) : approximateP(statistic, kept.length, ties) }
}

/** Σ (t³ − t) over groups of t equal ranks. */
function tieSum(ranks: Float64Array): number {
  const sizes = new Map<number, number>()
  for (const rank of ranks) sizes.set(rank, (sizes.get(rank) ?? 0) + 1)
  return [...sizes.values()].reduce((sum, size) => sum + size ** 3 - size, 0)
}

function approximateP(statistic: number, count: number, ties: number): number {
  const expected = (count * (count + 1)) / 4
  const variance = (count * (count + 1) * (2 * count + 1) - ties / 2) / 24
  return variance <= 0 ? 1 : Math.min(1, 2 * normalTail((expected - statistic) / Math.sqrt(variance)))
}

/** Share of the 2ⁿ sign patterns whose rank sum is at most the statistic, doubled. */
function exactP(statistic: number, count: number): number {
  const largest = (count * (count + 1)) / 2
  const patterns = new Float64Array(largest + 1)
  patterns[0] = 1
  for (let rank = 1; rank <= count; rank++) {
    for (let sum = largest; sum >= rank; sum--) patterns[sum] += patterns[sum - rank]
  }
  let atMost = 0
  for (let sum = 0; sum <= statistic; sum++) atMost += patterns[sum]
  return Math.min(1, (2 * atMost) / 2 ** count)
}
