import { percentile } from '@engine/tensor/percentile'

/** A magnitude clipped at its 99th percentile and scaled to [0, 1], as every scored map is; all 0 when flat. */
export function scaleForScoring(values: Float32Array): Float32Array {
  let low = Infinity
  for (const value of values) if (value < low) low = value
  const high = percentile(values, 99)
  if (!(high > low)) return new Float32Array(values.length)
  return values.map((value) => Math.min(1, (value - low) / (high - low)))
}
