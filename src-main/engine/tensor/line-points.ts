/** Point k of a straight line of inputs is `from + alphas[k] · (end − from)`; all are flat. */
export interface LinePoints {
  readonly from: Float32Array
  readonly alphas: Float64Array
}

/** The values of points `first … first + count` of a line that ends at `end`, written one behind the other into `target`. */
export function pathPoints(
  { from, alphas }: LinePoints,
  end: Float32Array,
  { first, target }: { readonly first: number; readonly target: Float32Array }
): void {
  const size = end.length
  const count = target.length / size
  for (let step = 0; step < count; step++) {
    const alpha = alphas[Math.min(first + step, alphas.length - 1)]
    const offset = step * size
    for (let index = 0; index < size; index++) {
      const start = from[index]
      target[offset + index] = start + alpha * Math.fround(end[index] - start)
    }
  }
}

/** Adds `weight ·` each value to `sum`, in double precision. */
export function addWeighted(sum: Float64Array, values: Float32Array, weight: number): void {
  for (let index = 0; index < sum.length; index++) sum[index] += weight * values[index]
}
