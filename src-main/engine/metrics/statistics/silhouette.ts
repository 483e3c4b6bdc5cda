import { squaredDistance } from '@engine/metrics/statistics/k-means'

/**
 * Silhouette of every point: (b − a) / max(a, b) with a the mean distance to its own group and b to the nearest other; 0 for a group of one.
 * Null where there are fewer than two groups or as many as points.
 * Source: Rousseeuw PJ. Silhouettes. J Comput Appl Math 1987;20:53–65; Euclidean distance as in scikit-learn.
 */
export function silhouettes(points: readonly Float32Array[], groups: ArrayLike<number>): Float64Array | null {
  const count = points.length
  const kinds = 1 + Math.max(-1, ...Array.from(groups))
  const sizes = new Uint32Array(kinds)
  for (let index = 0; index < count; index++) sizes[groups[index]]++
  const present = sizes.filter((size) => size > 0).length
  if (present < 2 || present >= count) return null
  const sums = points.map(() => new Float64Array(kinds))
  for (let first = 0; first < count; first++) {
    for (let second = 0; second < first; second++) {
      const distance = Math.sqrt(squaredDistance(points[first], points[second]))
      sums[first][groups[second]] += distance
      sums[second][groups[first]] += distance
    }
  }
  return Float64Array.from(sums, (toGroups, index) => {
    const own = groups[index]
    if (sizes[own] === 1) return 0
    const a = toGroups[own] / (sizes[own] - 1)
    const others = Array.from(toGroups).flatMap((sum, group) =>
      group === own || sizes[group] === 0 ? [] : [sum / sizes[group]]
    )
    const b = Math.min(...others)
    return Math.max(a, b) === 0 ? 0 : (b - a) / Math.max(a, b)
  })
}
