import { Fault } from '@engine/fault'
import type { Vector } from '@engine/geometry/affine'
import { solveSquare } from '@engine/geometry/region-fit/solve'

/** Takes a point to a point, millimetres to millimetres. */
export type Placement = (point: Vector) => Vector

export interface LandmarkPairs {
  readonly from: readonly Vector[]
  readonly to: readonly Vector[]
  /** 2: landmarks of a plane; the third coordinate is passed on. */
  readonly dimensions: 2 | 3
}

const tooFew = (needed: number, given: number): Fault =>
  new Fault(
    'geometry-mismatch',
    `${given} landmarks are set in both; ${needed} are needed that do not lie ${needed === 3 ? 'on a line' : 'in a plane'}.`,
    {
      hint: 'Set more landmarks, spread over the image.'
    }
  )

/**
 * The affine that takes landmarks to their partners with the least sum of squares, by the normal equations about the mean.
 * Throws Fault `geometry-mismatch` for fewer than three (four in space), or for landmarks on a line (in a plane).
 */
export function affinePlacement({ from, to, dimensions }: LandmarkPairs): Placement {
  const axes = Array.from({ length: dimensions }, (_, axis) => axis)
  if (from.length < dimensions + 1) throw tooFew(dimensions + 1, from.length)
  const [center, target] = [from, to].map((points) =>
    axes.map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length)
  )
  const product = (left: (index: number) => number, right: (index: number) => number): number =>
    from.reduce((sum, _, index) => sum + left(index) * right(index), 0)
  const off = (axis: number) => (index: number) => from[index][axis] - center[axis]
  const matrix = axes.map((row) => axes.map((column) => product(off(row), off(column))))
  const right = axes.map((row) => axes.map((axis) => product(off(row), (index) => to[index][axis] - target[axis])))
  const solved = solveSquare(matrix, right)
  if (solved === null) throw tooFew(dimensions + 1, from.length)
  return (point) => {
    const moved = axes.map(
      (axis) =>
        target[axis] + axes.reduce((sum, from_) => sum + solved[from_][axis] * (point[from_] - center[from_]), 0)
    )
    return [moved[0], moved[1], dimensions === 3 ? moved[2] : point[2]]
  }
}

/**
 * The thin-plate spline through the landmarks: the least bent map that takes each exactly to its partner; r² log r in the plane, r in space.
 * Source: Bookstein FL. Principal warps: thin-plate splines and the decomposition of deformations. IEEE TPAMI 1989;11:567–585.
 * Throws Fault `geometry-mismatch` as the affine does, and for two landmarks in one place.
 */
export function thinPlatePlacement({ from, to, dimensions }: LandmarkPairs): Placement {
  const count = from.length
  if (count < dimensions + 1) throw tooFew(dimensions + 1, count)
  const axes = Array.from({ length: dimensions }, (_, axis) => axis)
  // Scaled about the mean, so that the system is solved alike for millimetres and metres.
  const center = axes.map((axis) => from.reduce((sum, point) => sum + point[axis], 0) / count)
  const scale = Math.max(...from.map((point) => distance(point, center, dimensions))) || 1
  const unit = (point: Vector): number[] => axes.map((axis) => (point[axis] - center[axis]) / scale)
  const knots = from.map(unit)
  const matrix = Array.from({ length: count + dimensions + 1 }, (_, row) =>
    Array.from({ length: count + dimensions + 1 }, (_, column) => {
      if (row < count && column < count) return kernel(distance(knots[row], knots[column], dimensions), dimensions)
      if (row >= count && column >= count) return 0
      const [knot, term] = row < count ? [row, column - count] : [column, row - count]
      return term === 0 ? 1 : knots[knot][term - 1]
    })
  )
  const right = matrix.map((_, row) => axes.map((axis) => (row < count ? to[row][axis] : 0)))
  const weights = solveSquare(matrix, right)
  if (weights === null) throw tooFew(dimensions + 1, count)
  return (point) => {
    const at = unit(point)
    const moved = axes.map((axis) => {
      let value = weights[count][axis]
      for (const term of axes) value += weights[count + 1 + term][axis] * at[term]
      for (let knot = 0; knot < count; knot++)
        value += weights[knot][axis] * kernel(distance(at, knots[knot], dimensions), dimensions)
      return value
    })
    return [moved[0], moved[1], dimensions === 3 ? moved[2] : point[2]]
  }
}

/** Radial function of the spline; log of the square saves a root. */
function kernel(r: number, dimensions: 2 | 3): number {
  if (dimensions === 3) return r
  return r === 0 ? 0 : r * r * Math.log(r)
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>, dimensions: number): number {
  let sum = 0
  for (let axis = 0; axis < dimensions; axis++) sum += (a[axis] - b[axis]) ** 2
  return Math.sqrt(sum)
}
