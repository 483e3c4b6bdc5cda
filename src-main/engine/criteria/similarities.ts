import type { ReducedMap } from '@engine/criteria/experiment-run'
import { reasons } from '@engine/criteria/prepared-maps'
import { binEdges, binOf } from '@engine/metrics/bins'
import { descendingOrder } from '@engine/metrics/descending-order'
import { descriptorOf } from '@engine/metrics/hog-similarity'
import { scoringWork } from '@engine/metrics/scoring-work'
import { ranksFromOrder } from '@engine/metrics/statistics/ranks'
import { prepareMap, similarityOf, type PreparedMap } from '@engine/metrics/structural-similarity'

/** How two maps of one grid are compared; ids of rows. */
export const similarityIds = [
  'ssim',
  'spearman',
  'spearman-absolute',
  'pearson',
  'mutual-information',
  'hog-similarity'
] as const
export type SimilarityId = (typeof similarityIds)[number]

/** Names in figures and sentences. */
export const similarityTitles: Readonly<Record<SimilarityId, string>> = {
  ssim: 'SSIM',
  spearman: 'Spearman correlation of the signed maps',
  'spearman-absolute': 'Spearman correlation of the absolute maps',
  pearson: 'Pearson correlation',
  'mutual-information': 'mutual information, nats',
  'hog-similarity': 'correlation of gradient histograms'
}

const bins = 32

/** A centred vector of unit length: the correlation of two of them is their dot product. */
type Unit = Float32Array | string

/** A map with everything that its comparisons share, or the reason why one of them cannot be made. */
export interface ComparableMap {
  readonly ssim: PreparedMap
  readonly vectors: Readonly<Partial<Record<SimilarityId, Unit>>>
  /** Bin of every pixel over the map's own range. */
  readonly binned: Uint8Array | null
}

/** Bytes a pixel of a comparable map takes, about. */
export const bytesPerPixel = 40

/** Makes a reduced map ready for the similarities named, or says why it cannot be compared. */
export function comparable(
  map: Pick<ReducedMap, 'values' | 'shape' | 'signed'>,
  ids: readonly SimilarityId[]
): ComparableMap | string {
  const { values, shape, signed } = map
  const ssim = prepareMap(values, shape)
  if (ssim === null) return reasons.small
  const makers: Readonly<Partial<Record<SimilarityId, () => Unit>>> = {
    spearman: () => (signed === undefined ? 'the sign of the maps is not known' : ranked(signed)),
    'spearman-absolute': () => ranked(values),
    pearson: () => unit(values),
    'hog-similarity': () => {
      const descriptor = descriptorOf(values, shape)
      return descriptor === null ? 'the map is smaller than three cells of 16 pixels' : unit(descriptor)
    }
  }
  const vectors = Object.fromEntries(ids.map((id) => [id, makers[id]?.()]))
  return { ssim, vectors, binned: ids.includes('mutual-information') ? binnedOf(values) : null }
}

/** Similarity of two maps prepared for it, or why there is none. */
export function similarity(a: ComparableMap, b: ComparableMap, id: SimilarityId): number | string {
  if (id === 'ssim') return similarityOf(a.ssim, b.ssim)
  if (id === 'mutual-information') return mutualInformation(a.binned!, b.binned!)
  const [left, right] = [a.vectors[id]!, b.vectors[id]!]
  if (typeof left === 'string') return left
  if (typeof right === 'string') return right
  let sum = 0
  for (let index = 0; index < left.length; index++) sum += left[index] * right[index]
  return Math.max(-1, Math.min(1, sum))
}

/** `comparable` in any thread; the answer lies in shared memory. */
export const prepareComparable = scoringWork(
  'comparable map',
  ({ map, ids }: { map: Pick<ReducedMap, 'values' | 'shape' | 'signed'>; ids: readonly SimilarityId[] }) =>
    comparable(map, ids),
  { share: true }
)

/** A map and those it is compared with. */
export interface ComparedMaps {
  readonly one: ComparableMap
  readonly others: readonly ComparableMap[]
  readonly ids: readonly SimilarityId[]
}

/** Similarities of one map to each of others, by id in the order asked, in any thread. */
export const compareMaps = scoringWork('similarities', ({ one, others, ids }: ComparedMaps) =>
  others.map((other) => ids.map((id) => similarity(one, other, id)))
)

function ranked(values: Float32Array): Unit {
  return unit(ranksFromOrder(values, descendingOrder(values)))
}

function unit(values: ArrayLike<number>): Unit {
  let mean = 0
  for (let index = 0; index < values.length; index++) mean += values[index]
  mean /= values.length
  let squares = 0
  for (let index = 0; index < values.length; index++) squares += (values[index] - mean) ** 2
  if (!(squares > 0)) return 'a map that is the same everywhere has no correlation'
  const length = Math.sqrt(squares)
  const centred = new Float32Array(values.length)
  for (let index = 0; index < values.length; index++) centred[index] = (values[index] - mean) / length
  return centred
}

function binnedOf(values: Float32Array): Uint8Array {
  const edges = binEdges(values, bins)
  const binned = new Uint8Array(values.length)
  if (edges === null) return binned
  for (let index = 0; index < values.length; index++) binned[index] = binOf(values[index], edges)
  return binned
}

/** H(a) + H(b) − H(a, b) in nats over 32 × 32 bins, as the metric `mutual-information`. */
function mutualInformation(a: Uint8Array, b: Uint8Array): number {
  const joint = new Uint32Array(bins * bins)
  const [ofA, ofB] = [new Uint32Array(bins), new Uint32Array(bins)]
  for (let index = 0; index < a.length; index++) {
    joint[a[index] * bins + b[index]]++
    ofA[a[index]]++
    ofB[b[index]]++
  }
  const entropy = (counts: Uint32Array): number => {
    let sum = 0
    for (const count of counts) if (count > 0) sum -= (count / a.length) * Math.log(count / a.length)
    return sum
  }
  return entropy(ofA) + entropy(ofB) - entropy(joint)
}
