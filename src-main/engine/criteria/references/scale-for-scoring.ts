import { percentileOfSorted } from '@engine/metrics/percentile'

/** A magnitude clipped at its 99th percentile and scaled to [0, 1], as every scored map is; all 0 when flat. */
export function scaleForScoring(values: Float32Array): Float32Array {
  const sorted = Float32Array.from(values).sort()
  const low = sorted[0]
  const high = percentileOfSorted(sorted, 99)
  if (!(high > low)) return new Float32Array(values.length)
  return values.map((value) => Math.min(1, (value - low) / (high - low)))
}
