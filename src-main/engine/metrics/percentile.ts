/** Percentile of an ascending array with linear interpolation (numpy's default); `percent` in 0…100. */
export function percentileOfSorted(sorted: ArrayLike<number>, percent: number): number {
  const position = (percent / 100) * (sorted.length - 1)
  const below = Math.floor(position)
  const above = Math.min(below + 1, sorted.length - 1)
  const fraction = position - below
  const difference = sorted[above] - sorted[below]
  // numpy interpolates from the nearer end, which keeps the result monotone.
  return fraction < 0.5 ? sorted[below] + difference * fraction : sorted[above] - difference * (1 - fraction)
}

/** Percentile of the finite values of a map. */
export function percentile(values: Float32Array, percent: number): number {
  return percentileOfSorted(Float32Array.from(values).sort(), percent)
}
