import { scaleForScoring } from '@engine/criteria/references/scale-for-scoring'
import type { RandomStream } from '@engine/tensor/random'

/** Independent uniform values: a map that knows nothing. */
export function uniformNoise(shape: readonly number[], random: RandomStream): Float32Array {
  const noise = new Float32Array(shape.reduce((product, size) => product * size, 1))
  for (let index = 0; index < noise.length; index++) noise[index] = random.uniform()
  return scaleForScoring(noise)
}

/**
 * Normal noise blurred by a Gaussian of a sixteenth of the shorter side: a map that knows nothing but is smooth, as
 * class activation maps are. `axes` of the last axes are blurred: 2 for slices that were explained one by one, 3 for volumes.
 */
export function blurredNoise(shape: readonly number[], random: RandomStream, axes = 2): Float32Array {
  let noise = new Float32Array(shape.reduce((product, size) => product * size, 1))
  for (let index = 0; index < noise.length; index++) noise[index] = random.normal()
  const blurred = Math.min(axes, shape.length)
  const sigma = Math.max(1, Math.min(...shape.slice(-blurred)) / 16)
  for (let axis = shape.length - blurred; axis < shape.length; axis++) noise = blurAxis(noise, shape, axis, sigma)
  return scaleForScoring(noise)
}

/** Gaussian along one axis, cut at three standard deviations, wrapped around at the border so that variance is even. */
function blurAxis(
  values: Float32Array<ArrayBuffer>,
  shape: readonly number[],
  axis: number,
  sigma: number
): Float32Array<ArrayBuffer> {
  const length = shape[axis]
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1)
  const radius = Math.min(Math.ceil(3 * sigma), Math.floor((length - 1) / 2))
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, tap) =>
    Math.exp(-((tap - radius) ** 2) / (2 * sigma * sigma))
  )
  const blurred = new Float32Array(values.length)
  for (let start = 0; start < values.length; start += length * inner) {
    for (let position = 0; position < length; position++) {
      for (let tap = -radius; tap <= radius; tap++) {
        const from = start + ((position + tap + length) % length) * inner
        const to = start + position * inner
        for (let index = 0; index < inner; index++) blurred[to + index] += weights[tap + radius] * values[from + index]
      }
    }
  }
  return blurred
}
