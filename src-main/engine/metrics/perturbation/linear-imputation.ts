/** Weights of the eight neighbours: a sixth for those beside, a twelfth for those across. */
const beside = 1 / 6
const across = 1 / 12

const mostRounds = 2000
/** Residual, as a share of the right-hand side, at which a solution is good to float32. */
const settled = 1e-9

/** A plane of pixels, first axis columns. */
export interface Plane {
  readonly columns: number
  readonly rows: number
}

/**
 * Fills missing pixels so that each is the weighted mean of its eight neighbours (fewer at the edge); known pixels keep their values. A plane
 * without a known pixel is filled with `fallback`. Source: Rong Y, et al. A consistent and efficient evaluation strategy for attribution methods
 * (ROAD). ICML 2022. Solved by conjugate gradients from a coarse-to-fine guess.
 */
export function imputeLinear(values: Float32Array, missing: Uint8Array, plane: Plane, fallback = 0): Float32Array {
  const filled = values.slice()
  const system = systemOf(missing, plane)
  if (system.places.length === 0) return filled
  if (system.places.length === missing.length) return filled.fill(fallback)
  const solution = solve(system, padded(values, missing, plane, system), coarseGuess(values, missing, plane))
  system.places.forEach((place, index) => (filled[place] = solution[index]))
  return filled
}

/** One equation a missing pixel; `spots` are its places in an array with a rim of one pixel. */
interface System {
  readonly places: Uint32Array
  readonly spots: Uint32Array
  readonly diagonal: Float64Array
  readonly stride: number
  readonly paddedLength: number
}

function systemOf(missing: Uint8Array, { columns, rows }: Plane): System {
  const places = Uint32Array.from(missing.keys()).filter((index) => missing[index] !== 0)
  const stride = columns + 2
  const spots = places.map((place) => (Math.floor(place / columns) + 1) * stride + (place % columns) + 1)
  const diagonal = Float64Array.from(places, (place) => {
    const row = Math.floor(place / columns)
    const column = place % columns
    const up = row > 0
    const down = row < rows - 1
    const left = column > 0
    const right = column < columns - 1
    const corners = Number(up && left) + Number(up && right) + Number(down && left) + Number(down && right)
    return beside * (Number(up) + Number(down) + Number(left) + Number(right)) + across * corners
  })
  return { places, spots, diagonal, stride, paddedLength: stride * (rows + 2) }
}

/** Known values with a rim; missing ones 0, so that the stencil sums what is known. */
function padded(values: Float32Array, missing: Uint8Array, { columns, rows }: Plane, system: System): Float64Array {
  const out = new Float64Array(system.paddedLength)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const place = row * columns + column
      if (missing[place] === 0) out[(row + 1) * system.stride + column + 1] = values[place]
    }
  }
  return out
}

function neighbours(field: Float64Array, spot: number, stride: number): number {
  const up = spot - stride
  const down = spot + stride
  return (
    beside * (field[spot - 1] + field[spot + 1] + field[up] + field[down]) +
    across * (field[up - 1] + field[up + 1] + field[down - 1] + field[down + 1])
  )
}

/** Conjugate gradients with the diagonal as preconditioner; the matrix is symmetric and positive definite where a pixel is known. */
function solve(
  { spots, diagonal, stride, paddedLength, places }: System,
  known: Float64Array,
  guess: Float32Array
): Float64Array {
  const count = spots.length
  const right = Float64Array.from(spots, (spot) => neighbours(known, spot, stride))
  const solution = Float64Array.from(places, (place) => guess[place])
  const field = new Float64Array(paddedLength)
  const times = (vector: Float64Array, out: Float64Array): void => {
    for (let index = 0; index < count; index++) field[spots[index]] = vector[index]
    for (let index = 0; index < count; index++)
      out[index] = diagonal[index] * vector[index] - neighbours(field, spots[index], stride)
  }
  const product = new Float64Array(count)
  times(solution, product)
  const residual = right.map((value, index) => value - product[index])
  const step = residual.map((value, index) => value / diagonal[index])
  const limit = (settled * Math.sqrt(dot(right, right)) + 1e-300) ** 2
  let energy = residual.reduce((sum, value, index) => sum + (value * value) / diagonal[index], 0)
  for (let round = 0; round < mostRounds && dot(residual, residual) > limit; round++) {
    times(step, product)
    const length = energy / dot(step, product)
    let next = 0
    for (let index = 0; index < count; index++) {
      solution[index] += length * step[index]
      residual[index] -= length * product[index]
      next += (residual[index] * residual[index]) / diagonal[index]
    }
    const share = next / energy
    for (let index = 0; index < count; index++) step[index] = residual[index] / diagonal[index] + share * step[index]
    energy = next
  }
  return solution
}

function dot(first: Float64Array, second: Float64Array): number {
  let sum = 0
  for (let index = 0; index < first.length; index++) sum += first[index] * second[index]
  return sum
}

/** Missing pixels from the mean of the known ones in ever larger blocks: the long waves are right before the solver starts. */
function coarseGuess(values: Float32Array, missing: Uint8Array, plane: Plane): Float32Array {
  const weights = Float32Array.from(missing, (flag) => (flag === 0 ? 1 : 0))
  return pull(values, weights, plane)
}

function pull(values: Float32Array, weights: Float32Array, { columns, rows }: Plane): Float32Array {
  const out = values.slice()
  if (weights.every((weight) => weight > 0) || (columns === 1 && rows === 1)) return out
  const half: Plane = { columns: Math.ceil(columns / 2), rows: Math.ceil(rows / 2) }
  const sums = new Float32Array(half.columns * half.rows)
  const counts = new Float32Array(sums.length)
  for (let index = 0; index < values.length; index++) {
    if (weights[index] === 0) continue
    const block = Math.floor(Math.floor(index / columns) / 2) * half.columns + Math.floor((index % columns) / 2)
    sums[block] += weights[index] * values[index]
    counts[block] += weights[index]
  }
  const coarse = pull(
    sums.map((sum, block) => (counts[block] > 0 ? sum / counts[block] : 0)),
    counts.map((count) => (count > 0 ? 1 : 0)),
    half
  )
  for (let index = 0; index < out.length; index++) {
    if (weights[index] > 0) continue
    out[index] = coarse[Math.floor(Math.floor(index / columns) / 2) * half.columns + Math.floor((index % columns) / 2)]
  }
  return out
}
