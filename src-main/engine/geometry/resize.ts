/** A 2-D image of one channel, row major. */
export interface Plane {
  readonly values: Float32Array
  readonly width: number
  readonly height: number
}

export type Interpolation = 'linear' | 'nearest'

/**
 * Resizes by half-pixel coordinates: source x = (x + 0.5) · (source width / width) − 0.5, clamped at the edges, without smoothing.
 * The same rule as PyTorch's `interpolate(align_corners=False)` and ONNX Resize `half_pixel`; linear in float64, rounded once.
 */
export function resizePlane(source: Plane, width: number, height: number, interpolation: Interpolation): Plane {
  const values = new Float32Array(width * height)
  if (interpolation === 'nearest') {
    const columns = nearestIndices(source.width, width)
    const rows = nearestIndices(source.height, height)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) values[y * width + x] = source.values[rows[y] * source.width + columns[x]]
    }
    return { values, width, height }
  }
  const across = linearTaps(source.width, width)
  const down = linearTaps(source.height, height)
  for (let y = 0; y < height; y++) {
    const upper = down.low[y] * source.width
    const lower = down.high[y] * source.width
    const weight = down.weight[y]
    for (let x = 0; x < width; x++) {
      const top = mix(source.values[upper + across.low[x]], source.values[upper + across.high[x]], across.weight[x])
      const bottom = mix(source.values[lower + across.low[x]], source.values[lower + across.high[x]], across.weight[x])
      values[y * width + x] = mix(top, bottom, weight)
    }
  }
  return { values, width, height }
}

/** For each target index the source index whose pixel covers its centre. */
export function nearestIndices(sourceLength: number, length: number): Int32Array {
  const scale = sourceLength / length
  return Int32Array.from({ length }, (_, index) => Math.min(sourceLength - 1, Math.floor((index + 0.5) * scale)))
}

interface Taps {
  readonly low: Int32Array
  readonly high: Int32Array
  /** Weight of `high`, 0 to 1. */
  readonly weight: Float64Array
}

/** For each target index the two neighbouring source indices and the weight of the second. */
export function linearTaps(sourceLength: number, length: number): Taps {
  const scale = sourceLength / length
  const low = new Int32Array(length)
  const high = new Int32Array(length)
  const weight = new Float64Array(length)
  for (let index = 0; index < length; index++) {
    const position = Math.min(sourceLength - 1, Math.max(0, (index + 0.5) * scale - 0.5))
    low[index] = Math.floor(position)
    high[index] = Math.min(sourceLength - 1, low[index] + 1)
    weight[index] = position - low[index]
  }
  return { low, high, weight }
}

function mix(first: number, second: number, weight: number): number {
  return weight === 0 ? first : first * (1 - weight) + second * weight
}
