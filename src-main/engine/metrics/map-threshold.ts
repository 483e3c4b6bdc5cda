import * as v from 'valibot'
import { otsuThreshold } from '@engine/metrics/otsu'
import { percentile } from '@engine/metrics/percentile'

/** How a map is cut into hot and cold pixels; hot means at or above the threshold. */
export const MapThreshold = v.strictObject({
  selection: v.pipe(
    v.optional(v.picklist(['percentile', 'fraction-of-max', 'otsu']), 'percentile'),
    v.description('How the threshold is chosen.')
  ),
  percentile: v.pipe(
    v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100)), 95),
    v.description('Percentile of the map, linear interpolation (selection percentile).')
  ),
  fraction: v.pipe(
    v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.5),
    v.description('Fraction of the highest value (selection fraction-of-max).')
  )
})
export type MapThreshold = v.InferOutput<typeof MapThreshold>

/** The threshold, or null when Otsu finds none because the map is flat. */
export function thresholdOf(map: Float32Array, params: MapThreshold): number | null {
  switch (params.selection) {
    case 'percentile':
      return percentile(map, params.percentile)
    case 'fraction-of-max':
      return params.fraction * highest(map)
    case 'otsu':
      return otsuThreshold(map)
  }
}

/** Highest value of a map. */
export function highest(map: Float32Array): number {
  let best = -Infinity
  for (let index = 0; index < map.length; index++) if (map[index] > best) best = map[index]
  return best
}
