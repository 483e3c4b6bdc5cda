/** Arithmetic mean; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index]
  return sum / values.length
}

/** Standard deviation with n − 1; null below two values. */
export function standardDeviation(values: ArrayLike<number>): number | null {
  if (values.length < 2) return null
  const center = mean(values)
  let squares = 0
  for (let index = 0; index < values.length; index++) squares += (values[index] - center) ** 2
  return Math.sqrt(squares / (values.length - 1))
}
