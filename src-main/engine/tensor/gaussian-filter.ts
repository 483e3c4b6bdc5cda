import { elementCount } from '@engine/tensor/tensor'

/** What lies beyond the border: nothing, or the image mirrored at its edge (d c b a | a b c d | d c b a). */
export type FilterBorder = 'zero' | 'mirrored'

/** A dense array in double precision. */
export interface Grid {
  readonly data: Float64Array
  readonly shape: readonly number[]
}

/**
 * Gaussian smoothing along every axis whose standard deviation is not 0, in pixels, in double precision.
 * The kernel ends at int(4 sigma + 0.5) pixels and sums to 1 (SciPy's `gaussian_filter` with its default truncation).
 */
export function gaussianFilter({ data, shape }: Grid, sigmas: readonly number[], border: FilterBorder): Float64Array {
  let current = data
  sigmas.forEach((sigma, axis) => {
    const kernel = halfKernel(sigma)
    if (kernel.length > 1) current = alongAxis({ data: current, shape }, axis, kernel, border)
  })
  return current === data ? data.slice() : current
}

/** Weights at distance 0, 1, … from the middle. */
function halfKernel(sigma: number): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5)
  const half = Float64Array.from({ length: radius + 1 }, (_, distance) =>
    distance === 0 ? 1 : Math.exp(-(distance * distance) / (2 * sigma * sigma))
  )
  const sum = half.reduce((total, weight, distance) => total + (distance === 0 ? weight : 2 * weight), 0)
  return half.map((weight) => weight / sum)
}

/** Each line along the axis is copied with its border, so that the sum over the kernel runs over neighbours in memory. */
function alongAxis({ data, shape }: Grid, axis: number, kernel: Float64Array, border: FilterBorder): Float64Array {
  const inner = elementCount(shape.slice(axis + 1))
  const length = shape[axis]
  const radius = kernel.length - 1
  const out = new Float64Array(data.length)
  const line = new Float64Array(length + 2 * radius)
  for (let index = 0; index < data.length / length; index++) {
    const start = Math.floor(index / inner) * length * inner + (index % inner)
    for (let position = 0; position < length; position++) line[radius + position] = data[start + position * inner]
    if (border === 'mirrored') mirrorEnds(line, radius)
    for (let position = 0; position < length; position++) {
      const middle = radius + position
      let sum = kernel[0] * line[middle]
      for (let far = 1; far <= radius; far++) sum += kernel[far] * (line[middle - far] + line[middle + far])
      out[start + position * inner] = sum
    }
  }
  return out
}

/** Fills `radius` values at both ends with the mirror image of the line between them. */
function mirrorEnds(line: Float64Array, radius: number): void {
  const length = line.length - 2 * radius
  for (let beyond = 1; beyond <= radius; beyond++) {
    line[radius - beyond] = line[radius + mirrored(-beyond, length)]
    line[radius + length - 1 + beyond] = line[radius + mirrored(length - 1 + beyond, length)]
  }
}

function mirrored(position: number, length: number): number {
  const period = 2 * length
  const wrapped = ((position % period) + period) % period
  return wrapped < length ? wrapped : period - 1 - wrapped
}
