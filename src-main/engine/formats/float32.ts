import { createHash } from 'node:crypto'
import type { Voxels } from '@engine/geometry/volume'

/** Values as float32, rounded once; the same array when it is float32 already. */
export function asFloat32(values: Voxels): Float32Array {
  return values instanceof Float32Array ? values : new Float32Array(values)
}

/** SHA-256 over the little-endian bytes; every platform the engine runs on is little endian. */
export function sha256Float32(values: Float32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex')
}

/** Extremes and mean of the finite values; null where there is none. The mean is summed in float64. */
export interface ValueSummary {
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  readonly nonFinite: number
}

/** Summarises values; sums rows of 4096 first, so that long arrays do not lose digits. */
export function summarise(values: Float32Array): ValueSummary {
  let min = Infinity
  let max = -Infinity
  let total = 0
  let counted = 0
  for (let start = 0; start < values.length; start += 4096) {
    const end = Math.min(start + 4096, values.length)
    let sum = 0
    for (let index = start; index < end; index++) {
      const value = values[index]
      if (!Number.isFinite(value)) continue
      if (value < min) min = value
      if (value > max) max = value
      sum += value
      counted++
    }
    total += sum
  }
  const nonFinite = values.length - counted
  if (counted === 0) return { min: null, max: null, mean: null, nonFinite }
  return { min, max, mean: total / counted, nonFinite }
}
