import { binEdges, binOf } from '@engine/metrics/bins'

export interface JointHistogram {
  /** Counts, `[binsOfA, binsOfB]` flattened. */
  readonly counts: Float64Array
  readonly bins: number
  readonly total: number
}

/** Joint histogram of two maps over each map's own range; a flat map falls into one bin. */
export function jointHistogram(a: Float32Array, b: Float32Array, bins: number): JointHistogram {
  const counts = new Float64Array(bins * bins)
  const edgesOfA = binEdges(a, bins)
  const edgesOfB = binEdges(b, bins)
  for (let index = 0; index < a.length; index++) {
    const row = edgesOfA === null ? 0 : binOf(a[index], edgesOfA)
    const column = edgesOfB === null ? 0 : binOf(b[index], edgesOfB)
    counts[row * bins + column]++
  }
  return { counts, bins, total: a.length }
}

/** Entropies in nats of either map and of both together. */
export function entropies({ counts, bins, total }: JointHistogram): { a: number; b: number; joint: number } {
  const ofA = new Float64Array(bins)
  const ofB = new Float64Array(bins)
  for (let row = 0; row < bins; row++) {
    for (let column = 0; column < bins; column++) {
      ofA[row] += counts[row * bins + column]
      ofB[column] += counts[row * bins + column]
    }
  }
  return { a: entropy(ofA, total), b: entropy(ofB, total), joint: entropy(counts, total) }
}

function entropy(counts: Float64Array, total: number): number {
  let sum = 0
  for (const count of counts) if (count > 0) sum -= (count / total) * Math.log(count / total)
  return sum
}
