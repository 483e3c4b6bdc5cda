/** Count, mean and sum of squared deviations of maps, voxel by voxel; float64. */
export interface MapSums {
  readonly count: number
  readonly mean: Float64Array
  readonly squares: Float64Array
}

export function emptySums(length: number): MapSums {
  return { count: 0, mean: new Float64Array(length), squares: new Float64Array(length) }
}

/** One more map. Source: Welford BP. Note on a method for calculating corrected sums of squares and products. Technometrics 1962;4:419–420. */
export function withMap({ count, mean, squares }: MapSums, map: ArrayLike<number>): MapSums {
  const next = { count: count + 1, mean: new Float64Array(mean.length), squares: new Float64Array(mean.length) }
  for (let index = 0; index < mean.length; index++) {
    const off = map[index] - mean[index]
    next.mean[index] = mean[index] + off / next.count
    next.squares[index] = squares[index] + off * (map[index] - next.mean[index])
  }
  return next
}

/**
 * Two parts of a cohort as one. Parts merged in one order give the same bits; another order differs in the last ones, so merge in the
 * order of the plan. Source: Chan TF, Golub GH, LeVeque RJ. Algorithms for computing the sample variance. Am Stat 1983;37:242–247.
 */
export function mergedSums(first: MapSums, second: MapSums): MapSums {
  if (first.count === 0) return second
  if (second.count === 0) return first
  const count = first.count + second.count
  const mean = new Float64Array(first.mean.length)
  const squares = new Float64Array(first.mean.length)
  for (let index = 0; index < mean.length; index++) {
    const off = second.mean[index] - first.mean[index]
    mean[index] = first.mean[index] + (off * second.count) / count
    squares[index] = first.squares[index] + second.squares[index] + (off * off * first.count * second.count) / count
  }
  return { count, mean, squares }
}

/** Student's t of first − second, voxel by voxel, equal variances; NaN where nothing varies. `freedom` is n − 2. */
export function pooledT(first: MapSums, second: MapSums): { t: Float64Array; freedom: number } {
  const freedom = first.count + second.count - 2
  const share = 1 / first.count + 1 / second.count
  const t = new Float64Array(first.mean.length)
  for (let index = 0; index < t.length; index++) {
    const error = Math.sqrt(((first.squares[index] + second.squares[index]) / freedom) * share)
    t[index] = error > 0 ? (first.mean[index] - second.mean[index]) / error : NaN
  }
  return { t, freedom }
}
