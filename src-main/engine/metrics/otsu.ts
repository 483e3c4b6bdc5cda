import { binEdges, binOf } from '@engine/metrics/bins'

const binCount = 256

/**
 * Threshold that maximises the variance between the two sides of a 256-bin histogram, as the centre of its bin; null for a flat map.
 * Source: Otsu N. A threshold selection method from gray-level histograms. IEEE Trans SMC 1979; bins as in scikit-image.
 */
export function otsuThreshold(map: Float32Array): number | null {
  const edges = binEdges(map, binCount)
  if (edges === null) return null

  const counts = new Float64Array(binCount)
  for (const value of map) counts[binOf(value, edges)]++
  const centers = Float64Array.from({ length: binCount }, (_, bin) => (edges[bin] + edges[bin + 1]) / 2)
  let totalMass = 0
  for (let bin = 0; bin < binCount; bin++) totalMass += counts[bin] * centers[bin]

  let best = -1
  let threshold = centers[0]
  let below = 0
  let mass = 0
  for (let bin = 0; bin < binCount - 1; bin++) {
    below += counts[bin]
    mass += counts[bin] * centers[bin]
    const above = map.length - below
    const between = below * above * (mass / below - (totalMass - mass) / above) ** 2
    if (between > best) {
      best = between
      threshold = centers[bin]
    }
  }
  return threshold
}
