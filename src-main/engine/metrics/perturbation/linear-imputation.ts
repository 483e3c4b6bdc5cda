import {
  across,
  beside,
  evenSum,
  hierarchyOf,
  type GridLevel,
  type GridSystem,
  vCycle
} from '@engine/metrics/perturbation/grid-hierarchy'

const mostRounds = 200
/** Residual, as a share of the right-hand side, at which a solution is good to float32. */
const settled = 1e-7

/** A plane of pixels, first axis columns. */
export interface Plane {
  readonly columns: number
  readonly rows: number
}

/** Fills the missing pixels of a plane; made once for a pattern of missing pixels and used for every channel. */
export type Imputer = (values: Float32Array) => Float32Array

/**
 * Fills missing pixels so that each is the weighted mean of its eight neighbours (fewer at the edge); known pixels keep their values. A plane
 * without a known pixel becomes `fallback`. Source: Rong Y, et al. A consistent and efficient evaluation strategy for attribution methods (ROAD).
 * ICML 2022. Solved by conjugate gradients with a multigrid cycle as preconditioner.
 */
export function linearImputer(missing: Uint8Array, plane: Plane, fallback = 0): Imputer {
  const places = Uint32Array.from(missing.keys()).filter((index) => missing[index] !== 0)
  if (places.length === 0) return (values) => values.slice()
  if (places.length === missing.length) return (values) => new Float32Array(values.length).fill(fallback)
  const system = systemOf(places, plane)
  const levels = hierarchyOf(system)
  return (values) => {
    const filled = values.slice()
    const solution = solve(levels, knownSums(values, missing, plane, system))
    places.forEach((place, index) => (filled[place] = solution[system.spots[index]]))
    return filled
  }
}

/** `linearImputer` used once. */
export function imputeLinear(values: Float32Array, missing: Uint8Array, plane: Plane, fallback = 0): Float32Array {
  return linearImputer(missing, plane, fallback)(values)
}

function systemOf(places: Uint32Array, { columns, rows }: Plane): GridSystem {
  const stride = columns + 2
  const length = stride * (rows + 2)
  const spots = places.map((place) => (Math.floor(place / columns) + 1) * stride + (place % columns) + 1)
  const unknown = new Uint8Array(length)
  for (const spot of spots) unknown[spot] = 1
  const weights = (step: number, weight: number): Float64Array => {
    const out = new Float64Array(length)
    for (const spot of spots) if (unknown[spot + step] === 1) out[spot] = weight
    return out
  }
  const diagonal = new Float64Array(length)
  places.forEach((place, index) => {
    const row = Math.floor(place / columns)
    const column = place % columns
    const vertical = Number(row > 0) + Number(row < rows - 1)
    const horizontal = Number(column > 0) + Number(column < columns - 1)
    diagonal[spots[index]] = beside * (vertical + horizontal) + across * vertical * horizontal
  })
  return {
    finest: true,
    stride,
    length,
    spots,
    diagonal,
    right: weights(1, beside),
    below: weights(stride, beside),
    belowRight: weights(stride + 1, across),
    belowLeft: weights(stride - 1, across)
  }
}

/** Right-hand side: what the known neighbours contribute. */
function knownSums(
  values: Float32Array,
  missing: Uint8Array,
  { columns, rows }: Plane,
  { spots, stride, length }: GridSystem
): Float64Array {
  const field = new Float64Array(length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const place = row * columns + column
      if (missing[place] === 0) field[(row + 1) * stride + column + 1] = values[place]
    }
  }
  const sums = new Float64Array(length)
  for (const spot of spots) sums[spot] = evenSum(field, spot, stride)
  return sums
}

function solve(levels: readonly GridLevel[], right: Float64Array): Float64Array {
  const [finest] = levels
  const { spots, length } = finest
  const preconditioned = (residual: Float64Array): Float64Array => {
    finest.residual.set(residual)
    vCycle(levels)
    return finest.solution
  }
  const solution = new Float64Array(length)
  const residual = right.slice()
  const step = preconditioned(residual).slice()
  const product = new Float64Array(length)
  let energy = dot(spots, residual, step)
  let size = dot(spots, residual, residual)
  const limit = settled ** 2 * size
  for (let round = 0; round < mostRounds && size > limit; round++) {
    const pace = energy / times(finest, step, product)
    size = 0
    for (let index = 0; index < spots.length; index++) {
      const spot = spots[index]
      solution[spot] += pace * step[spot]
      const left = residual[spot] - pace * product[spot]
      residual[spot] = left
      size += left * left
    }
    const next = preconditioned(residual)
    const nextEnergy = dot(spots, residual, next)
    const share = nextEnergy / energy
    for (let index = 0; index < spots.length; index++) {
      const spot = spots[index]
      step[spot] = next[spot] + share * step[spot]
    }
    energy = nextEnergy
  }
  return solution
}

/** The system times a step, in `product`; answers step · product. */
function times({ spots, diagonal, stride }: GridLevel, step: Float64Array, product: Float64Array): number {
  let sum = 0
  for (let index = 0; index < spots.length; index++) {
    const spot = spots[index]
    const value = diagonal[spot] * step[spot] - evenSum(step, spot, stride)
    product[spot] = value
    sum += step[spot] * value
  }
  return sum
}

function dot(spots: Uint32Array, first: Float64Array, second: Float64Array): number {
  let sum = 0
  for (let index = 0; index < spots.length; index++) sum += first[spots[index]] * second[spots[index]]
  return sum
}
