import { normalTail } from '@engine/metrics/statistics/normal-tail'
import { averageRanks } from '@engine/metrics/statistics/ranks'
import { tieSum } from '@engine/metrics/statistics/tie-sum'

export interface Wilcoxon {
  /** Two-sided: the smaller of the two rank sums; one-sided: the sum of the positive ranks. */
  readonly statistic: number
  readonly p: number
  readonly exact: boolean
}

export interface WilcoxonOptions {
  /** Normal approximation also where the exact distribution could be had. */
  readonly approximate?: boolean
  /** Differences of 0 are dropped, ranked and then dropped (Pratt 1959), or ranked and shared by both sides. Default `drop`. */
  readonly zeros?: 'drop' | 'pratt' | 'split'
  /** `greater`: the differences tend to lie above 0. Default `two-sided`. */
  readonly alternative?: 'two-sided' | 'greater' | 'less'
  /** Half a rank towards the mean, in the approximation only. Default none. */
  readonly continuity?: boolean
}

const largestExact = 50
/** With ties or zeros among them, all sign patterns of so many differences are gone through, as SciPy's `auto` does. */
const largestPermuted = 13

/**
 * Wilcoxon signed-rank test of differences against 0. Exact up to 50 differences without ties and zeros, and up to 13 with them (where zeros are
 * dropped); else the normal approximation with tie correction. Null when no difference is left. Source: Wilcoxon F. Individual comparisons by ranking
 * methods. Biometrics Bulletin 1945; the choice is that of SciPy's `auto`.
 */
export function wilcoxonSignedRank(differences: readonly number[], options: WilcoxonOptions = {}): Wilcoxon | null {
  const { approximate = false, zeros = 'drop', alternative = 'two-sided' } = options
  const kept = zeros === 'drop' ? differences.filter((difference) => difference !== 0) : differences
  if (kept.every((difference) => difference === 0)) return null
  const sums = rankSums(kept, zeros)
  const statistic = alternative === 'two-sided' ? Math.min(sums.up, sums.down) : sums.up
  const simple = sums.ties === 0 && kept.length === differences.length && sums.zeros === 0
  const permuted = zeros === 'drop' && differences.length <= largestPermuted
  const exact = !approximate && (simple ? kept.length <= largestExact : permuted)
  if (exact) return { statistic, exact, p: exactP(statistic, [...averageRanks(kept.map(Math.abs))], alternative) }
  return { statistic, exact, p: approximateP(statistic, { ...sums, count: kept.length }, options) }
}

interface RankSums {
  readonly up: number
  readonly down: number
  /** Σ (t³ − t) over groups of equal ranks. */
  readonly ties: number
  readonly zeros: number
  /** Differences of 0 whose ranks were left out. */
  readonly skipped: number
}

function rankSums(kept: readonly number[], rule: 'drop' | 'pratt' | 'split'): RankSums {
  const ranks = averageRanks(kept.map(Math.abs))
  let [up, down, zeros, ofZeros] = [0, 0, 0, 0]
  ranks.forEach((rank, index) => {
    if (kept[index] > 0) up += rank
    else if (kept[index] < 0) down += rank
    else {
      zeros++
      ofZeros += rank
    }
  })
  const shared = rule === 'split' ? ofZeros / 2 : 0
  const tied = rule === 'pratt' ? ranks.filter((_, index) => kept[index] !== 0) : ranks
  return { up: up + shared, down: down + shared, ties: tieSum(tied), zeros, skipped: rule === 'pratt' ? zeros : 0 }
}

function approximateP(
  statistic: number,
  { count, ties, skipped }: RankSums & { count: number },
  { alternative = 'two-sided', continuity = false }: WilcoxonOptions
): number {
  const sumTo = (n: number): number => (n * (n + 1)) / 4
  const squaresTo = (n: number): number => n * (n + 1) * (2 * n + 1)
  const expected = sumTo(count) - sumTo(skipped)
  const variance = (squaresTo(count) - squaresTo(skipped) - ties / 2) / 24
  if (variance <= 0) return 1
  const step = continuity ? 0.5 * Math.sign(statistic - expected) : 0
  const z = (statistic - expected - step) / Math.sqrt(variance)
  if (alternative === 'greater') return normalTail(z)
  if (alternative === 'less') return normalTail(-z)
  return Math.min(1, 2 * normalTail(Math.abs(z)))
}

/** From the rank sums of all 2ⁿ sign patterns; ranks of ties are halves, so sums are counted in halves. */
function exactP(statistic: number, ranks: readonly number[], alternative: 'two-sided' | 'greater' | 'less'): number {
  const halves = ranks.map((rank) => Math.round(2 * rank))
  const largest = halves.reduce((sum, half) => sum + half, 0)
  const patterns = new Float64Array(largest + 1)
  patterns[0] = 1
  for (const half of halves) for (let sum = largest; sum >= half; sum--) patterns[sum] += patterns[sum - half]
  const share = (from: number, to: number): number =>
    patterns.slice(from, to + 1).reduce((sum, number) => sum + number, 0) / 2 ** ranks.length
  const reached = Math.round(2 * statistic)
  if (alternative === 'greater') return share(reached, largest)
  if (alternative === 'less') return share(0, reached)
  return Math.min(1, 2 * share(0, reached))
}
