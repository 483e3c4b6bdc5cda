import { select } from './percentile'

/** The value at position `rank` (from 0) of the sorted values; selected in a copy, infinities allowed, no NaN. */
export function nthSmallest(values: Float64Array, rank: number): number {
  const work = values.slice()
  select(work, rank)
  return work[rank]
}
