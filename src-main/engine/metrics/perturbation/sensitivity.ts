/** Length of a vector. */
export function lengthOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index] ** 2
  return Math.sqrt(sum)
}

/** Length of the difference of two vectors. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index] - b[index]) ** 2
  return Math.sqrt(sum)
}

/**
 * Largest ‖φ(x + δ) − φ(x)‖ / ‖φ(x)‖ over small changes δ; null for a map that is zero everywhere.
 * Source: Yeh C-K, et al. On the (in)fidelity and sensitivity of explanations. NeurIPS 2019; relative to ‖φ(x)‖ as in captum.
 */
export function maxSensitivity(map: ArrayLike<number>, changed: readonly ArrayLike<number>[]): number | null {
  const length = lengthOf(map)
  if (!(length > 0) || changed.length === 0) return null
  return Math.max(...changed.map((other) => distance(other, map))) / length
}

/** Maps of changed inputs, and how far those inputs lie from the image. */
export interface NearbyMap {
  readonly map: ArrayLike<number>
  readonly distance: number
}

/**
 * Largest ‖φ(x) − φ(x′)‖ / ‖x − x′‖ over inputs x′ nearby, in units of the attribution per unit of the input; null without one.
 * Source: Alvarez-Melis D, Jaakkola TS. On the robustness of interpretability methods. ICML workshop 2018.
 */
export function localLipschitz(map: ArrayLike<number>, nearby: readonly NearbyMap[]): number | null {
  const slopes = nearby.filter((one) => one.distance > 0).map((one) => distance(one.map, map) / one.distance)
  return slopes.length === 0 ? null : Math.max(...slopes)
}
