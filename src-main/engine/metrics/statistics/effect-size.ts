import type { Computed } from '@engine/metrics/metric'
import { mean, standardDeviation } from '@engine/metrics/statistics/moments'

/** Hedges' g: difference of means in pooled standard deviations, corrected for small samples. Source: Hedges LV. J Educ Stat 1981;6:107–128. */
export function hedgesG(first: ArrayLike<number>, second: ArrayLike<number>): Computed {
  const [spreadA, spreadB] = [standardDeviation(first), standardDeviation(second)]
  if (spreadA === null || spreadB === null) return { value: null, reason: 'one side has fewer than two values' }
  const freedom = first.length + second.length - 2
  const pooled = Math.sqrt(((first.length - 1) * spreadA ** 2 + (second.length - 1) * spreadB ** 2) / freedom)
  if (pooled === 0) return { value: null, reason: 'the values do not spread' }
  return { value: ((mean(first) - mean(second)) / pooled) * (1 - 3 / (4 * freedom - 1)) }
}

/** Cliff's δ: how much likelier a value of the first sample lies above one of the second than below. Source: Cliff N. Psychol Bull 1993;114:494–509. */
export function cliffDelta(first: ArrayLike<number>, second: ArrayLike<number>): Computed {
  if (first.length === 0 || second.length === 0) return { value: null, reason: 'one side has no values' }
  let balance = 0
  for (let a = 0; a < first.length; a++) {
    for (let b = 0; b < second.length; b++) balance += Math.sign(first[a] - second[b])
  }
  return { value: balance / (first.length * second.length) }
}
