import { randomStream } from '@engine/tensor/random'

export interface ShuffledMaps {
  /** One map a patient, all of one length. */
  readonly maps: readonly Float32Array[]
  /** Group of each patient. */
  readonly inFirst: readonly boolean[]
  /** Voxels that are tested. */
  readonly voxels: Uint32Array
}

export interface ShufflePlan {
  readonly permutations: number
  readonly seed: number
  /** Called after every permutation: gives the thread back and throws when nobody waits any more. */
  readonly pace: () => Promise<void>
}

/**
 * Largest |t| over all voxels under shuffled group labels, sorted: its upper percentiles are thresholds that hold for all voxels
 * together. The t is Student's with equal variances, as the groups are exchangeable under the null hypothesis.
 * Source: Nichols TE, Holmes AP. Nonparametric permutation tests for functional neuroimaging. Human Brain Mapping 2002;15:1–25.
 */
export async function shuffledMaxima(
  { maps, inFirst, voxels }: ShuffledMaps,
  plan: ShufflePlan
): Promise<Float64Array> {
  const { centred, squares } = centre(maps, voxels)
  const firstCount = inFirst.filter(Boolean).length
  const share = 1 / firstCount + 1 / (maps.length - firstCount)
  const random = randomStream(plan.seed, 'permutation', maps.length, firstCount)
  const order = maps.map((_, index) => index)
  const sums = new Float64Array(voxels.length)
  const maxima = new Float64Array(plan.permutations)
  for (let permutation = 0; permutation < plan.permutations; permutation++) {
    for (let index = order.length - 1; index > 0; index--) {
      const other = random.integer(index + 1)
      ;[order[index], order[other]] = [order[other], order[index]]
    }
    sums.fill(0)
    for (const patient of order.slice(0, firstCount)) {
      const values = centred[patient]
      for (let index = 0; index < sums.length; index++) sums[index] += values[index]
    }
    let ratio = 0
    for (let index = 0; index < sums.length; index++)
      ratio = Math.max(ratio, (sums[index] * sums[index]) / squares[index])
    maxima[permutation] = tOfRatio(ratio, share, maps.length - 2)
    await plan.pace()
  }
  return maxima.sort()
}

/** |t| from (sum of the first group about the common mean)² over the total sum of squares. */
function tOfRatio(ratio: number, share: number, freedom: number): number {
  const between = Math.min(1, ratio * share)
  return Math.sqrt((freedom * between) / Math.max(Number.EPSILON, 1 - between))
}

function centre(
  maps: readonly Float32Array[],
  voxels: Uint32Array
): { centred: Float32Array[]; squares: Float64Array } {
  const means = new Float64Array(voxels.length)
  for (const map of maps)
    for (let index = 0; index < means.length; index++) means[index] += map[voxels[index]] / maps.length
  const squares = new Float64Array(voxels.length)
  const centred = maps.map((map) =>
    Float32Array.from(voxels, (voxel, index) => {
      const off = map[voxel] - means[index]
      squares[index] += off * off
      return off
    })
  )
  return { centred, squares }
}

/** p of a statistic against shuffled maxima, the observed labelling counted among them. */
export function maximumP(statistic: number, maxima: Float64Array): number {
  const above = maxima.filter((value) => value >= statistic - 1e-9).length
  return (above + 1) / (maxima.length + 1)
}
