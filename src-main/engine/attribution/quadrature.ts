/** How the path integral of integrated gradients is approximated. */
export const pathRules = ['gauss-legendre', 'trapezoid', 'riemann-trapezoid-captum', 'pair'] as const
export type PathRule = (typeof pathRules)[number]

/** Points on [0, 1] and their weights. */
export interface Quadrature {
  readonly alphas: Float64Array
  readonly weights: Float64Array
}

/**
 * Points and weights of a rule with `steps` points.
 * gauss-legendre and trapezoid: weights sum to 1. riemann-trapezoid-captum: as captum, weights sum to (n-1)/n.
 * pair: the plain mean over both ends included, as PAIR saliency.
 */
export function quadrature(rule: PathRule, steps: number): Quadrature {
  if (rule === 'gauss-legendre') return gaussLegendre(steps)
  if (steps === 1) return { alphas: Float64Array.of(rule === 'pair' ? 0 : 0.5), weights: Float64Array.of(1) }
  const alphas = Float64Array.from({ length: steps }, (_, index) => index / (steps - 1))
  const inside = { trapezoid: 1 / (steps - 1), 'riemann-trapezoid-captum': 1 / steps, pair: 1 / steps }[rule]
  const weights = new Float64Array(steps).fill(inside)
  if (rule !== 'pair') weights[0] = weights[steps - 1] = inside / 2
  return { alphas, weights }
}

/** Newton's method on the Legendre polynomial from Chebyshev guesses (Press et al., Numerical Recipes, §4.6). */
function gaussLegendre(steps: number): Quadrature {
  const alphas = new Float64Array(steps)
  const weights = new Float64Array(steps)
  for (let index = 0; index < steps; index++) {
    let x = Math.cos((Math.PI * (index + 0.75)) / (steps + 0.5))
    let slope = 0
    for (let iteration = 0; iteration < 100; iteration++) {
      const { value, derivative } = legendre(steps, x)
      slope = derivative
      const change = value / derivative
      x -= change
      if (Math.abs(change) < 1e-15) break
    }
    alphas[steps - 1 - index] = (1 + x) / 2
    weights[steps - 1 - index] = 1 / ((1 - x * x) * slope * slope)
  }
  return { alphas, weights }
}

function legendre(degree: number, x: number): { value: number; derivative: number } {
  let previous = 1
  let value = x
  for (let order = 2; order <= degree; order++) {
    const next = ((2 * order - 1) * x * value - (order - 1) * previous) / order
    previous = value
    value = next
  }
  return { value, derivative: (degree * (x * value - previous)) / (x * x - 1) }
}
