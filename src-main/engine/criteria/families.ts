import { holmAdjusted } from '@engine/metrics/statistics/holm'
import type { Comparison, ResultRow } from '@shared/report'

/** Rows with Holm-adjusted p values: the family is every difference against a deciding reference in these rows. */
export function adjustRows(rows: readonly ResultRow[]): ResultRow[] {
  const family = rows.flatMap((row) =>
    row.references.map((reference) => (reference.decides ? (reference.difference?.p ?? null) : null))
  )
  const adjusted = holmAdjusted(family)
  let position = 0
  return rows.map((row) => ({
    ...row,
    references: row.references.map((reference) => {
      const pHolm = adjusted[position++]
      return reference.difference === null
        ? reference
        : { ...reference, difference: { ...reference.difference, pHolm } }
    })
  }))
}

/** Comparisons of one family, adjusted likewise. */
export function adjustComparisons(comparisons: readonly Comparison[]): Comparison[] {
  const adjusted = holmAdjusted(comparisons.map((comparison) => comparison.difference.p))
  return comparisons.map((comparison, index) => ({
    ...comparison,
    difference: { ...comparison.difference, pHolm: adjusted[index] }
  }))
}

/** Every pair of methods on the same images of one model and metric. */
export function everyPair<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((first, index) => items.slice(index + 1).map((second): [T, T] => [first, second]))
}
