/** Product-moment correlation in float64, or null when one side has no variance. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const count = a.length
  let meanA = 0
  let meanB = 0
  for (let index = 0; index < count; index++) {
    meanA += a[index]
    meanB += b[index]
  }
  meanA /= count
  meanB /= count

  let squaresA = 0
  let squaresB = 0
  let products = 0
  for (let index = 0; index < count; index++) {
    const fromA = a[index] - meanA
    const fromB = b[index] - meanB
    squaresA += fromA * fromA
    squaresB += fromB * fromB
    products += fromA * fromB
  }
  if (!(squaresA > 0 && squaresB > 0)) return null
  return Math.max(-1, Math.min(1, products / Math.sqrt(squaresA * squaresB)))
}
