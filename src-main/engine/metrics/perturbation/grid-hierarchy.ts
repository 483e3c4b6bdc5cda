/**
 * One level of a symmetric system on a grid: `diagonal·x − Σ weight·x(neighbour)`. Every array has a rim of one cell, so that no neighbour lies
 * outside; the four weights are those to the right, below, below right and below left, the others follow by symmetry.
 */
export interface GridLevel {
  /** The level of the pixels themselves: its weights are even. */
  readonly finest: boolean
  readonly stride: number
  readonly length: number
  /** Places of the unknowns, row by row. */
  readonly spots: Uint32Array
  readonly diagonal: Float64Array
  /** One over the diagonal. */
  readonly inverse: Float64Array
  readonly right: Float64Array
  readonly below: Float64Array
  readonly belowRight: Float64Array
  readonly belowLeft: Float64Array
  /** Place of every unknown's block on the next coarser level. */
  readonly blocks: Uint32Array
  readonly solution: Float64Array
  readonly residual: Float64Array
}

/** Blocks of 2 × 2 are stiffer than what they stand for. Source: Braess D. Towards algebraic multigrid for elliptic problems of second order. Computing 1995;55:379–393. */
const overCorrection = 1.8
const fewestUnknowns = 12

export type GridSystem = Omit<GridLevel, 'inverse' | 'blocks' | 'solution' | 'residual'>

/** Weights of the finest level: a sixth for the neighbours beside, a twelfth for those across. */
export const beside = 1 / 6
export const across = 1 / 12

/** The system and its ever coarser copies, each unknown of which stands for a block of 2 × 2. */
export function hierarchyOf(finest: GridSystem): GridLevel[] {
  const levels: GridLevel[] = []
  let system = finest
  for (;;) {
    const coarse = system.spots.length > fewestUnknowns ? coarsened(system) : null
    levels.push({
      ...system,
      inverse: system.diagonal.map((value) => (value === 0 ? 0 : 1 / value)),
      blocks: coarse?.blocks ?? new Uint32Array(0),
      solution: new Float64Array(system.length),
      residual: new Float64Array(system.length)
    })
    if (coarse === null) return levels
    system = coarse.system
  }
}

function coarsened(fine: GridSystem): { system: GridSystem; blocks: Uint32Array } {
  const rows = fine.length / fine.stride - 2
  const stride = Math.ceil((fine.stride - 2) / 2) + 2
  const length = stride * (Math.ceil(rows / 2) + 2)
  const [diagonal, right, below, belowRight, belowLeft] = [0, 1, 2, 3, 4].map(() => new Float64Array(length))
  const blockOf = (spot: number): number => {
    const row = Math.floor(spot / fine.stride) - 1
    const column = (spot % fine.stride) - 1
    return ((row >> 1) + 1) * stride + (column >> 1) + 1
  }
  const blocks = Uint32Array.from(fine.spots, blockOf)
  const join = (from: number, to: number, weight: number): void => {
    if (weight === 0) return
    if (from === to) diagonal[from] -= 2 * weight
    else if (to === from + 1) right[from] += weight
    else if (to === from + stride) below[from] += weight
    else if (to === from + stride + 1) belowRight[from] += weight
    else if (to === from + stride - 1) belowLeft[from] += weight
    // A diagonal neighbour below left can lie in the block to the left.
    else if (to === from - 1) right[to] += weight
  }
  fine.spots.forEach((spot, index) => {
    const block = blocks[index]
    diagonal[block] += fine.diagonal[spot]
    join(block, blockOf(spot + 1), fine.right[spot])
    join(block, blockOf(spot + fine.stride), fine.below[spot])
    join(block, blockOf(spot + fine.stride + 1), fine.belowRight[spot])
    join(block, blockOf(spot + fine.stride - 1), fine.belowLeft[spot])
  })
  for (const array of [diagonal, right, below, belowRight, belowLeft])
    for (let index = 0; index < length; index++) array[index] /= overCorrection
  const spots = Uint32Array.from(new Set(blocks)).sort()
  return { system: { finest: false, stride, length, spots, diagonal, right, below, belowRight, belowLeft }, blocks }
}

/** The same on the finest level, where the weights are even and everything that is no unknown holds 0. */
export function evenSum(x: Float64Array, spot: number, stride: number): number {
  const up = spot - stride
  const down = spot + stride
  return (
    beside * (x[spot - 1] + x[spot + 1] + x[up] + x[down]) +
    across * (x[up - 1] + x[up + 1] + x[down - 1] + x[down + 1])
  )
}

/**
 * An approximate solution of level 0 for `levels[0].residual`, in `levels[0].solution`: one Gauss–Seidel sweep down every level and one, the other way
 * round, up again. The same symmetric positive definite map for every right-hand side, as conjugate gradients ask of a preconditioner.
 */
export function vCycle(levels: readonly GridLevel[]): void {
  const last = levels.length - 1
  for (let depth = 0; depth <= last; depth++) {
    const level = levels[depth]
    firstSweep(level)
    if (depth === last) for (const again of [sweepUp, sweepDown, sweepUp, sweepUp]) again(level)
    else restrict(level, levels[depth + 1])
  }
  for (let depth = last - 1; depth >= 0; depth--) {
    prolong(levels[depth + 1], levels[depth])
    sweepUp(levels[depth])
  }
}

/**
 * A sweep down from a solution of 0: what lies to the right and below is still 0. The value just found waits in a variable, and enters the sum last:
 * each place waits for the one before it, so that the loop is as fast as this chain is short.
 */
function firstSweep(level: GridLevel): void {
  const { finest, stride, spots, inverse, right, below, belowRight, belowLeft, residual, solution: x } = level
  x.fill(0)
  let [before, value] = [-1, 0]
  for (let index = 0; index < spots.length; index++) {
    const spot = spots[index]
    const up = spot - stride
    const sum = finest
      ? beside * x[up] + across * (x[up - 1] + x[up + 1])
      : below[up] * x[up] + belowRight[up - 1] * x[up - 1] + belowLeft[up + 1] * x[up + 1]
    const share = inverse[spot]
    const left = (finest ? beside : right[spot - 1]) * share
    value = (residual[spot] + sum) * share + left * (before === spot - 1 ? value : x[spot - 1])
    x[spot] = value
    before = spot
  }
}

function sweepDown(level: GridLevel): void {
  const { spots, inverse, residual, solution } = level
  for (let index = 0; index < spots.length; index++) {
    const spot = spots[index]
    solution[spot] = (residual[spot] + neighbourSum(level, solution, spot)) * inverse[spot]
  }
}

function sweepUp(level: GridLevel): void {
  const { finest, stride, spots, inverse, right, below, belowRight, belowLeft, residual, solution: x } = level
  let [before, value] = [-1, 0]
  for (let index = spots.length - 1; index >= 0; index--) {
    const spot = spots[index]
    const up = spot - stride
    const down = spot + stride
    const sum = finest
      ? beside * (x[spot - 1] + x[up] + x[down]) + across * (x[up - 1] + x[up + 1] + x[down - 1] + x[down + 1])
      : right[spot - 1] * x[spot - 1] +
        below[spot] * x[down] +
        below[up] * x[up] +
        belowRight[spot] * x[down + 1] +
        belowRight[up - 1] * x[up - 1] +
        belowLeft[spot] * x[down - 1] +
        belowLeft[up + 1] * x[up + 1]
    const share = inverse[spot]
    const next = (finest ? beside : right[spot]) * share
    value = (residual[spot] + sum) * share + next * (before === spot + 1 ? value : x[spot + 1])
    x[spot] = value
    before = spot
  }
}

/** Σ weight·x over the eight neighbours of a place. */
function neighbourSum(level: GridLevel, x: Float64Array, spot: number): number {
  const { stride, right, below, belowRight, belowLeft } = level
  if (level.finest) return evenSum(x, spot, stride)
  const up = spot - stride
  const down = spot + stride
  return (
    right[spot] * x[spot + 1] +
    right[spot - 1] * x[spot - 1] +
    below[spot] * x[down] +
    below[up] * x[up] +
    belowRight[spot] * x[down + 1] +
    belowRight[up - 1] * x[up - 1] +
    belowLeft[spot] * x[down - 1] +
    belowLeft[up + 1] * x[up + 1]
  )
}

/**
 * What is left of the right-hand side, summed into the blocks of the next level. Behind a first sweep down the places to the left and above are
 * settled with each place itself: only what lies to the right and below is left.
 */
function restrict(level: GridLevel, coarse: GridLevel): void {
  const { finest, stride, spots, right, below, belowRight, belowLeft, solution: x, blocks } = level
  const sums = coarse.residual
  sums.fill(0)
  for (let index = 0; index < spots.length; index++) {
    const spot = spots[index]
    const down = spot + stride
    sums[blocks[index]] += finest
      ? beside * (x[spot + 1] + x[down]) + across * (x[down - 1] + x[down + 1])
      : right[spot] * x[spot + 1] +
        below[spot] * x[down] +
        belowRight[spot] * x[down + 1] +
        belowLeft[spot] * x[down - 1]
  }
}

function prolong({ solution: coarse }: GridLevel, { spots, blocks, solution }: GridLevel): void {
  for (let index = 0; index < spots.length; index++) solution[spots[index]] += coarse[blocks[index]]
}
