import type { Computed } from '@engine/metrics/metric'

/**
 * ICC(2,1): two-way random effects, absolute agreement, one reader. `ratings[reader][item]`, no gaps.
 * Source: Shrout PE, Fleiss JL. Intraclass correlations. Psychological Bulletin 1979;86:420–428.
 */
export function intraclassCorrelation(ratings: readonly ArrayLike<number>[]): Computed {
  const readers = ratings.length
  const items = ratings[0]?.length ?? 0
  if (readers < 2) return { value: null, reason: 'agreement needs two readers' }
  if (items < 2) return { value: null, reason: 'the intraclass correlation needs two cases' }
  const { ofItems, ofReaders, residual } = meanSquares(ratings, readers, items)
  const spread = ofItems + (readers - 1) * residual + (readers * (ofReaders - residual)) / items
  return spread === 0 ? { value: null, reason: 'all ratings are equal' } : { value: (ofItems - residual) / spread }
}

interface MeanSquares {
  readonly ofItems: number
  readonly ofReaders: number
  readonly residual: number
}

function meanSquares(ratings: readonly ArrayLike<number>[], readers: number, items: number): MeanSquares {
  const itemSums = new Float64Array(items)
  const readerSums = new Float64Array(readers)
  ratings.forEach((row, reader) => {
    for (let item = 0; item < items; item++) {
      itemSums[item] += row[item]
      readerSums[reader] += row[item]
    }
  })
  const grand = readerSums.reduce((sum, value) => sum + value, 0) / (readers * items)
  const squares = (sums: Float64Array, each: number): number =>
    each * sums.reduce((sum, value) => sum + (value / each - grand) ** 2, 0)
  const betweenItems = squares(itemSums, readers)
  const betweenReaders = squares(readerSums, items)
  let left = 0
  ratings.forEach((row, reader) => {
    for (let item = 0; item < items; item++)
      left += (row[item] - itemSums[item] / readers - readerSums[reader] / items + grand) ** 2
  })
  return {
    ofItems: betweenItems / (items - 1),
    ofReaders: betweenReaders / (readers - 1),
    residual: left / ((items - 1) * (readers - 1))
  }
}
