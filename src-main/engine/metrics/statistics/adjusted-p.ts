import { holmAdjusted } from '@engine/metrics/statistics/holm'

/** How p values of one family are adjusted: the first three bound the chance of any false finding, the last two the share of false findings. */
export const adjustments = ['bonferroni', 'holm', 'hochberg', 'benjamini-hochberg', 'benjamini-yekutieli'] as const
export type Adjustment = (typeof adjustments)[number]

type PValues = readonly (number | null)[]

/**
 * Adjusted p values in the order given; null (no test) stays null and does not count.
 * Sources: Holm 1979; Hochberg Y. Biometrika 1988;75:800–802; Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289–300; Benjamini Y, Yekutieli D. Ann Statist 2001;29:1165–1188.
 */
export function adjustedP(pValues: PValues, adjustment: Adjustment): (number | null)[] {
  const count = pValues.filter((p) => p !== null).length
  switch (adjustment) {
    case 'bonferroni':
      return pValues.map((p) => (p === null ? null : Math.min(1, count * p)))
    case 'holm':
      return holmAdjusted(pValues)
    case 'hochberg':
      return stepUp(pValues, (rank) => count - rank + 1)
    case 'benjamini-hochberg':
      return stepUp(pValues, (rank) => count / rank)
    case 'benjamini-yekutieli': {
      let harmonic = 0
      for (let rank = 1; rank <= count; rank++) harmonic += 1 / rank
      return stepUp(pValues, (rank) => (harmonic * count) / rank)
    }
  }
}

/** From the largest p down: none above the one behind it. `factor` belongs to the rank, 1 for the smallest p. */
function stepUp(pValues: PValues, factor: (rank: number) => number): (number | null)[] {
  const tested = pValues
    .flatMap((p, index) => (p === null ? [] : [{ p, index }]))
    .sort((left, right) => right.p - left.p)
  const adjusted: (number | null)[] = pValues.map(() => null)
  let lowest = 1
  tested.forEach(({ p, index }, position) => {
    lowest = Math.min(lowest, factor(tested.length - position) * p)
    adjusted[index] = lowest
  })
  return adjusted
}
