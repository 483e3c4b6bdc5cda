/** The weights of one output pixel along one axis: `values[start … start + weights.length)`; `inside` is false in padding. */
export interface AxisTap {
  readonly start: number
  readonly weights: Float64Array
  readonly inside: boolean
}

/** One axis of a resampling, in pixels of the source. */
export interface SampledAxis {
  readonly from: number
  readonly to: number
  /** Source pixels per output pixel. */
  readonly scale: number
  readonly offset: number
}

/**
 * What each output pixel reads: output pixel x has its centre at source edge coordinate `(x + 0.5) · scale + offset`. Linear:
 * a triangle that widens with the scale (nothing is skipped when shrinking); nearest: the pixel under the centre.
 */
export function axisTaps(axis: SampledAxis, interpolation: 'linear' | 'nearest'): AxisTap[] {
  return Array.from({ length: axis.to }, (_, index) => {
    const edge = (index + 0.5) * axis.scale + axis.offset
    const inside = edge >= 0 && edge <= axis.from
    if (interpolation === 'nearest') {
      const start = Math.min(axis.from - 1, Math.max(0, Math.floor(edge)))
      return { start, weights: Float64Array.of(1), inside }
    }
    return { ...triangleTap(edge, Math.max(1, axis.scale), axis.from), inside }
  })
}

/** A triangle of half-width `radius` around `edge` (in pixel-edge coordinates), cut at the border and normalised to 1. */
function triangleTap(edge: number, radius: number, length: number): { start: number; weights: Float64Array } {
  const clamped = Math.min(length - 0.5, Math.max(0.5, edge))
  const centre = radius > 1 ? edge : clamped
  const start = Math.max(0, Math.ceil(centre - radius - 0.5))
  const end = Math.min(length, Math.floor(centre + radius - 0.5) + 1)
  if (end <= start) return { start: Math.min(length - 1, Math.max(0, Math.floor(edge))), weights: Float64Array.of(1) }

  const weights = new Float64Array(end - start)
  let sum = 0
  for (let i = start; i < end; i++) {
    weights[i - start] = Math.max(0, 1 - Math.abs(i + 0.5 - centre) / radius)
    sum += weights[i - start]
  }
  if (sum === 0) return { start: Math.min(length - 1, Math.max(0, Math.floor(edge))), weights: Float64Array.of(1) }
  for (let i = 0; i < weights.length; i++) weights[i] /= sum
  return { start, weights }
}
