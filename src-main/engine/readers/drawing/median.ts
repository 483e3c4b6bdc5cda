import type { DrawnMask } from '@engine/readers/drawing/crop'

/**
 * Each voxel as most of those in the box around it that reaches `radius` millimetres to each side (whole voxels, at least one in
 * the slice); beyond the image the nearest voxel counts again. Equal to `scipy.ndimage.median_filter` with mode `nearest`.
 */
export function medianSmoothed(mask: DrawnMask, radius: number): DrawnMask {
  const reach = mask.size.map((length, axis) =>
    length === 1 ? 0 : Math.max(axis < 2 ? 1 : 0, Math.floor(radius / mask.spacing[axis] + 1e-9))
  )
  let counts = Uint32Array.from(mask.voxels)
  let step = 1
  mask.size.forEach((length, axis) => {
    if (reach[axis] > 0) counts = summedAlong(counts, { length, step, reach: reach[axis] })
    step *= length
  })
  const half = reach.reduce((product, one) => product * (2 * one + 1), 1) / 2
  return { ...mask, voxels: Uint8Array.from(counts, (count) => (count > half ? 1 : 0)) }
}

function summedAlong(
  counts: Uint32Array,
  { length, step, reach }: { length: number; step: number; reach: number }
): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(counts.length)
  const near = (at: number): number => Math.min(length - 1, Math.max(0, at))
  for (let block = 0; block < counts.length; block += step * length) {
    for (let start = block; start < block + step; start++) {
      let sum = 0
      for (let at = -reach; at <= reach; at++) sum += counts[start + near(at) * step]
      for (let at = 0; at < length; at++) {
        out[start + at * step] = sum
        sum += counts[start + near(at + reach + 1) * step] - counts[start + near(at - reach) * step]
      }
    }
  }
  return out
}
