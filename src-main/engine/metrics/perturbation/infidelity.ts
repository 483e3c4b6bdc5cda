/**
 * Mean of (β·Iᵀφ − (f(x) − f(x − I)))² over perturbations I: how far a map is from predicting what the model does. `products` are Iᵀφ, `drops`
 * f(x) − f(x − I). Scaled: β is the least-squares scale, so that maps of any unit can be compared; else β = 1. Null without perturbations.
 * Source: Yeh C-K, et al. On the (in)fidelity and sensitivity of explanations. NeurIPS 2019; β as in captum.
 */
export function infidelity(products: ArrayLike<number>, drops: ArrayLike<number>, scaled: boolean): number | null {
  const count = products.length
  if (count === 0) return null
  let [crossed, squared] = [0, 0]
  for (let index = 0; index < count; index++) {
    crossed += products[index] * drops[index]
    squared += products[index] ** 2
  }
  const beta = !scaled ? 1 : squared > 0 ? crossed / squared : 0
  let sum = 0
  for (let index = 0; index < count; index++) sum += (beta * products[index] - drops[index]) ** 2
  return sum / count
}
