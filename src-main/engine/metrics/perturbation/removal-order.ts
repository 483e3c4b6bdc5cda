import { percentileOfSorted } from '@engine/metrics/percentile'
import { randomStream } from '@engine/tensor/random'

export type RemovalOrder = 'most-first' | 'least-first'

/**
 * Places from the first to be removed to the last. Equal values go by their place, or with a seed in an order drawn from it, so that the zeros of a
 * sparse map are not taken from the upper left.
 */
export function removalOrder(map: Float32Array, order: RemovalOrder, tieSeed: number | null): Uint32Array {
  const rank = tieSeed === null ? null : shuffledRanks(map.length, tieSeed)
  const places = Uint32Array.from(map.keys())
  const sign = order === 'most-first' ? -1 : 1
  return places.sort((left, right) => {
    const difference = sign * (map[left] - map[right])
    return difference !== 0 ? difference : rank === null ? left - right : rank[left] - rank[right]
  })
}

function shuffledRanks(length: number, seed: number): Uint32Array {
  const random = randomStream(seed, 'ties', length)
  const ranks = Uint32Array.from({ length }, (_, index) => index)
  for (let index = length - 1; index > 0; index--) {
    const other = random.integer(index + 1)
    ;[ranks[index], ranks[other]] = [ranks[other], ranks[index]]
  }
  return ranks
}

/** 1 at the first `share` (0…1) of an order, an exact count. */
export function removeShare(order: Uint32Array, share: number): Uint8Array {
  const removed = new Uint8Array(order.length)
  const count = Math.round(share * order.length)
  for (let index = 0; index < count; index++) removed[order[index]] = 1
  return removed
}

/** 1 where the map, or one minus it, is at or above its percentile: what pytorch-grad-cam and mednet remove. Ties may remove more or less than wanted. */
export function removeFromPercentile(map: Float32Array, order: RemovalOrder, percentile: number): Uint8Array {
  const values = order === 'most-first' ? map : map.map((value) => 1 - value)
  const threshold = percentileOfSorted(values.slice().sort(), percentile)
  return Uint8Array.from(values, (value) => (value >= threshold ? 1 : 0))
}
