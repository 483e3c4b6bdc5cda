import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** Gaussian smoothing of the spatial axes of `[N, C, ...spatial]`; `sigma` in pixels, cut at four sigma, mirrored at the borders (half-sample). */
export function gaussianBlur(map: Tensor, sigma: number): Tensor {
  const kernel = gaussianKernel(sigma)
  let current = map
  for (let axis = 2; axis < map.shape.length; axis++) current = convolveAxis(current, axis, kernel)
  return current
}

function gaussianKernel(sigma: number): Float64Array {
  const radius = Math.max(1, Math.ceil(4 * sigma))
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, index) =>
    Math.exp(-((index - radius) ** 2) / (2 * sigma * sigma))
  )
  const sum = kernel.reduce((total, value) => total + value, 0)
  return kernel.map((value) => value / sum)
}

function convolveAxis(map: Tensor, axis: number, kernel: Float64Array): Tensor {
  const inner = elementCount(map.shape.slice(axis + 1))
  const length = map.shape[axis]
  const radius = (kernel.length - 1) / 2
  const data = new Float32Array(map.data.length)
  for (let line = 0; line < map.data.length / length; line++) {
    const base = Math.floor(line / inner) * length * inner + (line % inner)
    for (let position = 0; position < length; position++) {
      let sum = 0
      for (let tap = -radius; tap <= radius; tap++) {
        sum += kernel[tap + radius] * map.data[base + mirrored(position + tap, length) * inner]
      }
      data[base + position * inner] = sum
    }
  }
  return { data, shape: map.shape }
}

/** d c b a | a b c d | d c b a */
function mirrored(position: number, length: number): number {
  const period = 2 * length
  const wrapped = ((position % period) + period) % period
  return wrapped < length ? wrapped : period - 1 - wrapped
}
