import { neighboursAt } from '@engine/tensor/percentile'

/** Percentile of an ascending array with linear interpolation (numpy's default); `percent` in 0…100. */
export function percentileOfSorted(sorted: ArrayLike<number>, percent: number): number {
  const position = (percent / 100) * (sorted.length - 1)
  const below = Math.floor(position)
  const above = Math.min(below + 1, sorted.length - 1)
  return between(sorted[below], sorted[above], position - below)
}

/** Percentile of the finite values of a map, by selection. */
export function percentile(values: Float32Array, percent: number): number {
  const position = (percent / 100) * (values.length - 1)
  const [below, above] = neighboursAt(values, position)
  return between(below, above, position - Math.floor(position))
}

/** numpy interpolates from the nearer end, which keeps the result monotone. */
function between(below: number, above: number, fraction: number): number {
  const difference = above - below
  return fraction < 0.5 ? below + difference * fraction : above - difference * (1 - fraction)
}
