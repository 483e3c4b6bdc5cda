/**
 * Largest p that the step-up procedure rejects at rate q over all finite p values; null when it rejects none. A typed array, since a
 * volume has a million tests. Source: Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289–300.
 */
export function discoveryThreshold(p: Float64Array, rate: number): number | null {
  const tested = p.filter((value) => !Number.isNaN(value)).sort()
  for (let rank = tested.length; rank > 0; rank--) {
    if (tested[rank - 1] <= (rate * rank) / tested.length) return tested[rank - 1]
  }
  return null
}
