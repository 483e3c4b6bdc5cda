/** Area under a curve through the points, by straight lines. */
export function trapezoid(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let area = 0
  for (let index = 1; index < x.length; index++) area += ((x[index] - x[index - 1]) * (y[index] + y[index - 1])) / 2
  return area
}
