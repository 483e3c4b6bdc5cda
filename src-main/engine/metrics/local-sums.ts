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

/**
 * Weighted mean of a·b (of a alone when b is null) over the window at every valid position, float64.
 * The two fastest axes of a uniform window are summed in one sweep without an array of products; further axes follow one by one.
 */
export function localMeans(
  a: Float32Array,
  b: Float32Array | null,
  shape: readonly number[],
  window: Window
): Float64Array {
  const swept = window.weights === null && shape.length >= 2
  let current = swept ? sweepPlanes(a, b, { shape, width: window.width }) : productsOf(a, b)
  const sizes = shape.map((size, axis) => (swept && axis >= shape.length - 2 ? size - window.width + 1 : size))
  for (let axis = shape.length - (swept ? 3 : 1); axis >= 0; axis--) {
    const inner = sizes.slice(axis + 1).reduce((product, size) => product * size, 1)
    const layout = { outer: current.length / (sizes[axis] * inner), length: sizes[axis], inner }
    const weights = window.weights ?? new Float64Array(window.width).fill(1 / window.width)
    current = slideWeights(current, layout, weights)
    sizes[axis] -= window.width - 1
  }
  return current
}

function productsOf(a: Float32Array, b: Float32Array | null): Float64Array {
  const products = new Float64Array(a)
  if (b !== null) for (let index = 0; index < products.length; index++) products[index] *= b[index]
  return products
}

/** Uniform means over the last two axes: one running sum per column, and one along each row of them. */
function sweepPlanes(
  a: Float32Array,
  b: Float32Array | null,
  { shape, width }: { shape: readonly number[]; width: number }
): Float64Array {
  const [rows, columns] = shape.slice(-2)
  const plane = rows * columns
  const valid = { rows: rows - width + 1, columns: columns - width + 1 }
  const means = new Float64Array((a.length / plane) * valid.rows * valid.columns)
  const sums = new Float64Array(columns)
  let to = 0
  for (let start = 0; start < a.length; start += plane) {
    sums.fill(0)
    for (let row = 0; row < width; row++) addRow(sums, a, b, start + row * columns)
    for (let row = 0; row < valid.rows; row++) {
      if (row > 0) slideRow(sums, a, b, { leaving: start + (row - 1) * columns, ahead: width * columns })
      to = meansOfRow(sums, means, to, width)
    }
  }
  return means
}

function addRow(sums: Float64Array, a: Float32Array, b: Float32Array | null, from: number): void {
  for (let column = 0; column < sums.length; column++) {
    sums[column] += b === null ? a[from + column] : a[from + column] * b[from + column]
  }
}

/** Moves the column sums one row down. */
function slideRow(
  sums: Float64Array,
  a: Float32Array,
  b: Float32Array | null,
  { leaving, ahead }: { leaving: number; ahead: number }
): void {
  const entering = leaving + ahead
  const columns = sums.length
  if (b === null) {
    for (let column = 0; column < columns; column++) sums[column] += a[entering + column] - a[leaving + column]
    return
  }
  for (let column = 0; column < columns; column++) {
    sums[column] += a[entering + column] * b[entering + column] - a[leaving + column] * b[leaving + column]
  }
}

/** Means of `width` neighbouring columns, written from `to` on; returns where the next row goes. */
function meansOfRow(sums: Float64Array, means: Float64Array, to: number, width: number): number {
  const share = 1 / (width * width)
  const last = sums.length - width
  let sum = 0
  for (let column = 0; column < width; column++) sum += sums[column]
  means[to++] = sum * share
  for (let column = 0; column < last; column++) {
    sum += sums[column + width] - sums[column]
    means[to++] = sum * share
  }
  return to
}

/** An array seen as `[outer, length, inner]`, with the axis in the middle. */
interface Layout {
  readonly outer: number
  readonly length: number
  readonly inner: number
}

/** Weighted mean along the middle axis; memory is read in order. */
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
