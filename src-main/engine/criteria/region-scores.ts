import type { ReducedMap, RegionMap } from '@engine/criteria/experiment-run'

export const regionScores = ['mean', 'sum', 'max'] as const
export type RegionScore = (typeof regionScores)[number]

/** Score of every region; the reason where a region has no pixel that the model sees, or the map does not fit. */
export function scoresOf(map: ReducedMap, regions: RegionMap, score: RegionScore): (number | string)[] {
  if (map.shape.join() !== regions.shape.join()) return regions.names.map(() => 'map and regions differ in size')
  const sums = new Float64Array(regions.names.length)
  const largest = new Float64Array(regions.names.length).fill(-Infinity)
  const pixels = new Uint32Array(regions.names.length)
  for (let index = 0; index < map.values.length; index++) {
    const region = regions.labels[index] - 1
    if (region < 0) continue
    sums[region] += map.values[index]
    largest[region] = Math.max(largest[region], map.values[index])
    pixels[region]++
  }
  return regions.names.map((_, region) => {
    if (pixels[region] === 0) return 'the region lies outside what the model sees'
    if (score === 'max') return largest[region]
    return score === 'sum' ? sums[region] : sums[region] / pixels[region]
  })
}
