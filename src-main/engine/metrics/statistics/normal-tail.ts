/** P(Z > z) of the standard normal distribution, relative error below 1e-13 for z ≥ 0. */
export function normalTail(z: number): number {
  return z < 0 ? 1 - normalTail(-z) : complementaryError(z / Math.SQRT2) / 2
}

/** erfc(x) for x ≥ 0: power series near 0, continued fraction further out (Abramowitz and Stegun 7.1.5 and 7.1.14). */
function complementaryError(x: number): number {
  if (x < 2) return 1 - errorSeries(x)
  // Evaluated from the far end: the fraction x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …))).
  let fraction = x
  for (let term = 120; term >= 1; term--) fraction = x + term / 2 / fraction
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction)
}

function errorSeries(x: number): number {
  let term = x
  let sum = x
  for (let order = 1; Math.abs(term) > 1e-17 * Math.abs(sum); order++) {
    term *= (-x * x) / order
    sum += term / (2 * order + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}
