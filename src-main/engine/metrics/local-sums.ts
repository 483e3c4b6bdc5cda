/** A separable window: the same weights along every axis. */
export interface Window {
  readonly width: number
  /** Weights along one axis, summing to 1; null for a uniform window, which is summed on the run. */
  readonly weights: Float64Array | null
}

/** `width` equal weights per axis. */
export function uniformWindow(width: number): Window {
  return { width, weights: null }
}

/** Gaussian weights cut at `truncate` standard deviations (scipy's `gaussian_filter`); 1.5 and 3.5 give 11 pixels. */
export function gaussianWindow(sigma: number, truncate: number): Window {
  const radius = Math.floor(truncate * sigma + 0.5)
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, tap) =>
    Math.exp(-((tap - radius) ** 2) / (2 * sigma * sigma))
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return { width: 2 * radius + 1, weights: weights.map((weight) => weight / sum) }
}

/** Shape of the positions whose whole window lies inside the image; null when the image is smaller than the window. */
export function validShape(shape: readonly number[], window: Window): number[] | null {
  const inside = shape.map((size) => size - window.width + 1)
  return inside.every((size) => size > 0) ? inside : null
}

/** Weighted mean over the window at every valid position, float64, for any number of axes. */
export function localMeans(values: Float64Array, shape: readonly number[], window: Window): Float64Array {
  let current = values
  const sizes = [...shape]
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const inner = sizes.slice(axis + 1).reduce((product, size) => product * size, 1)
    const length = sizes[axis]
    const layout = { outer: current.length / (length * inner), length, inner }
    current =
      window.weights === null ? slideSum(current, layout, window.width) : slideWeights(current, layout, window.weights)
    sizes[axis] = length - window.width + 1
  }
  return current
}

/** An array seen as `[outer, length, inner]`, with the axis in the middle. */
interface Layout {
  readonly outer: number
  readonly length: number
  readonly inner: number
}

/** Running mean along the middle axis: two additions per value, whatever the width. */
function slideSum(values: Float64Array, layout: Layout, width: number): Float64Array {
  return layout.inner === 1 ? slideRows(values, layout, width) : slidePlanes(values, layout, width)
}

/** Along the fastest axis. */
function slideRows(values: Float64Array, { outer, length }: Layout, width: number): Float64Array {
  const valid = length - width + 1
  const means = new Float64Array(outer * valid)
  const share = 1 / width
  for (let row = 0; row < outer; row++) {
    const from = row * length
    const to = row * valid
    let sum = 0
    for (let position = 0; position < width; position++) sum += values[from + position]
    means[to] = sum * share
    for (let position = 1; position < valid; position++) {
      sum += values[from + position + width - 1] - values[from + position - 1]
      means[to + position] = sum * share
    }
  }
  return means
}

/** Along a slower axis: a whole row of running sums at once, so that memory is read in order. */
function slidePlanes(values: Float64Array, { outer, length, inner }: Layout, width: number): Float64Array {
  const valid = length - width + 1
  const means = new Float64Array(outer * valid * inner)
  const sums = new Float64Array(inner)
  const share = 1 / width
  for (let block = 0; block < outer; block++) {
    const from = block * length * inner
    sums.fill(0)
    for (let index = 0; index < width * inner; index++) sums[index % inner] += values[from + index]
    for (let position = 0; position < valid; position++) {
      const to = (block * valid + position) * inner
      const entering = from + (position + width) * inner
      const leaving = from + position * inner
      for (let index = 0; index < inner; index++) means[to + index] = sums[index] * share
      if (position + 1 === valid) break
      for (let index = 0; index < inner; index++) sums[index] += values[entering + index] - values[leaving + index]
    }
  }
  return means
}

function slideWeights(values: Float64Array, { outer, length, inner }: Layout, weights: Float64Array): Float64Array {
  const valid = length - weights.length + 1
  const means = new Float64Array(outer * valid * inner)
  for (let block = 0; block < outer; block++) {
    for (let position = 0; position < valid; position++) {
      const to = (block * valid + position) * inner
      for (let tap = 0; tap < weights.length; tap++) {
        const from = (block * length + position + tap) * inner
        const weight = weights[tap]
        for (let index = 0; index < inner; index++) means[to + index] += weight * values[from + index]
      }
    }
  }
  return means
}
