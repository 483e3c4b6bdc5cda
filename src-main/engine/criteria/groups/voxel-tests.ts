import studentCdf from '@stdlib/stats-base-dists-t-cdf'
import type { GroupSamples } from '@engine/criteria/groups/samples'
import type { Pace } from '@engine/criteria/pace'
import { discoveryThreshold } from '@engine/metrics/statistics/false-discovery'
import { pooledT } from '@engine/metrics/statistics/map-sums'
import { maximumP, shuffledMaxima } from '@engine/metrics/statistics/max-statistic'

export const thresholdKinds = ['false-discovery', 'max-t', 'uncorrected'] as const
export type ThresholdKind = (typeof thresholdKinds)[number]

export interface VoxelPlan {
  readonly threshold: ThresholdKind
  /** Rate of false discoveries, or level of the test. */
  readonly alpha: number
  readonly permutations: number
  readonly seed: number
  readonly pace: Pace
}

export interface VoxelTests {
  /** first − second; NaN where nothing varies. */
  readonly t: Float64Array
  readonly freedom: number
  readonly tested: number
  /** |t| from which a voxel counts; null where none does. */
  readonly threshold: number | null
  /** Largest |t| of all voxels, its p corrected by shuffled labels, and the |t| that 1 − alpha of them stay below. */
  readonly largest: number
  readonly pLargest: number
  readonly shuffledLimit: number
  readonly maxima: Float64Array
}

/** t of every voxel over patients, and what counts. A phrase where nothing can be tested. */
export async function voxelTests(
  { first, second }: Pick<GroupSamples, 'first' | 'second'>,
  plan: VoxelPlan
): Promise<VoxelTests | string> {
  if (first.patients.length < 2 || second.patients.length < 2) return 'a group has fewer than two patients'
  const { t, freedom } = pooledT(first.sums, second.sums)
  const voxels = Uint32Array.from(t.keys()).filter((voxel) => !Number.isNaN(t[voxel]))
  if (voxels.length === 0) return 'the maps of all patients are alike'
  const maps = [...first.patients, ...second.patients].map(({ map }) => map)
  const inFirst = maps.map((_, index) => index < first.patients.length)
  const maxima = await shuffledMaxima({ maps, inFirst, voxels }, plan)
  const largest = voxels.reduce((most, voxel) => Math.max(most, Math.abs(t[voxel])), 0)
  const { shuffledLimit, pLargest } = againstShuffled(largest, maxima, plan.alpha)
  return {
    t,
    freedom,
    tested: voxels.length,
    threshold: await thresholdOf({ t, freedom, shuffledLimit, largest }, plan),
    largest,
    pLargest,
    shuffledLimit,
    maxima
  }
}

/** The largest |t| among those of shuffled labels: its p, and the |t| that 1 − alpha of them stay below. As Nichols and Holmes: the ⌊α N⌋ + 1 largest of N maxima, the observed one among them. */
export function againstShuffled(
  largest: number,
  maxima: Float64Array,
  alpha: number
): Pick<VoxelTests, 'pLargest' | 'shuffledLimit'> {
  const all = Float64Array.from([...maxima, largest]).sort()
  return { pLargest: maximumP(largest, maxima), shuffledLimit: all[all.length - 1 - Math.floor(alpha * all.length)] }
}

/** |t| from which a voxel counts; null where none does. */
export async function thresholdOf(
  { t, freedom, shuffledLimit, largest }: { t: Float64Array; freedom: number; shuffledLimit: number; largest: number },
  { threshold, alpha, pace }: Pick<VoxelPlan, 'threshold' | 'alpha' | 'pace'>
): Promise<number | null> {
  // Shuffling keeps strictly larger statistics only: equality with the limit is what shuffled labels reach too.
  if (threshold === 'max-t') return largest > shuffledLimit ? shuffledLimit : null
  const p = new Float64Array(t.length).fill(NaN)
  for (let voxel = 0; voxel < t.length; voxel++) {
    if (!Number.isNaN(t[voxel])) p[voxel] = 2 * studentCdf(-Math.abs(t[voxel]), freedom)
    if (voxel % 4096 === 0) await pace()
  }
  const limit = threshold === 'uncorrected' ? alpha : discoveryThreshold(p, alpha)
  if (limit === null) return null
  let smallest = Infinity
  for (let voxel = 0; voxel < t.length; voxel++)
    if (p[voxel] <= limit) smallest = Math.min(smallest, Math.abs(t[voxel]))
  return Number.isFinite(smallest) ? smallest : null
}
