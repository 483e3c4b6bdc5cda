import { descendingOrder } from '@engine/metrics/descending-order'
import { emptyMask, fullMask, type MetricInputs } from '@engine/metrics/metric'

/**
 * Counts of pixels at or above each distinct value of a map, from the highest value down. Every ranking metric is a sum over it.
 * Ties are grouped, so that the order inside a plateau never matters.
 */
export interface Ranking {
  /** Pixel indices from the highest value to the lowest, ties by index. */
  readonly order: Uint32Array
  readonly thresholds: Float32Array
  /** Pixels inside the mask at or above each threshold. */
  readonly inside: Uint32Array
  /** Pixels outside the mask at or above each threshold. */
  readonly outside: Uint32Array
  readonly positives: number
  readonly negatives: number
}

/** Ranks the pixels of a map against a mask; both must have the same length. */
export function rankPixels(map: Float32Array, mask: Uint8Array): Ranking {
  const order = descendingOrder(map)
  const count = order.length
  const thresholds = new Float32Array(count)
  const inside = new Uint32Array(count)
  const outside = new Uint32Array(count)

  let groups = 0
  let hits = 0
  for (let position = 0; position < count; position++) {
    const value = map[order[position]]
    if (mask[order[position]] !== 0) hits++
    const last = position + 1 === count || map[order[position + 1]] !== value
    if (!last) continue
    thresholds[groups] = value
    inside[groups] = hits
    outside[groups] = position + 1 - hits
    groups++
  }
  return {
    order,
    thresholds: thresholds.subarray(0, groups),
    inside: inside.subarray(0, groups),
    outside: outside.subarray(0, groups),
    positives: hits,
    negatives: count - hits
  }
}

/** The last ranking of each map: the ranking metrics of one map and mask share one sort. Maps and masks are never written to. */
const remembered = new WeakMap<Float32Array, { mask: Uint8Array; ranking: Ranking }>()

/** The ranking of a metric's inputs, or why a ranking metric is undefined for them. */
export function rankInputs(inputs: MetricInputs): Ranking | string {
  const mask = inputs.mask!
  let entry = remembered.get(inputs.map)
  if (entry?.mask !== mask) {
    entry = { mask, ranking: rankPixels(inputs.map, mask) }
    remembered.set(inputs.map, entry)
  }
  return entry.ranking.positives === 0 ? emptyMask : entry.ranking
}

/** As `rankInputs`, for metrics that also need pixels outside the mask. */
export function rankBothSides(inputs: MetricInputs): Ranking | string {
  const ranking = rankInputs(inputs)
  if (typeof ranking === 'string') return ranking
  return ranking.negatives === 0 ? fullMask : ranking
}
