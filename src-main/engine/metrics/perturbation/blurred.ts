import type { Plane } from '@engine/metrics/perturbation/linear-imputation'

/** Gaussian blur of a plane, zeros outside; `radius` pixels either side, the kernel sums to one. */
export function blurred(values: Float32Array, { columns, rows }: Plane, sigma: number, radius: number): Float32Array {
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, index) =>
    Math.exp(-((index - radius) ** 2) / (2 * sigma * sigma))
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const kernel = weights.map((weight) => weight / total)
  const along = (
    input: ArrayLike<number>,
    step: number,
    placeOf: (index: number) => number,
    length: number
  ): Float64Array =>
    Float64Array.from({ length: input.length }, (_, index) => {
      const place = placeOf(index)
      let sum = 0
      for (let offset = -radius; offset <= radius; offset++) {
        if (place + offset >= 0 && place + offset < length)
          sum += kernel[offset + radius] * input[index + offset * step]
      }
      return sum
    })
  const across = along(values, 1, (index) => index % columns, columns)
  return Float32Array.from(along(across, columns, (index) => Math.floor(index / columns), rows))
}
