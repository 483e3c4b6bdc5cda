import * as v from 'valibot'
import type { Metric } from '@engine/metrics/metric'
import { flatMap } from '@engine/metrics/similarity-params'

const Params = v.strictObject({
  stride: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
    v.description('Every how many pixels, in row-major order, one is compared.')
  )
})

/** Kendall's τ-b of two maps, ties corrected; n log n. */
export const kendallTauMetric: Metric<v.InferOutput<typeof Params>> = {
  id: 'kendall-tau',
  title: 'Kendall rank correlation of two maps (tau-b)',
  citation: 'Knight WR. A computer method for calculating Kendall’s tau with ungrouped data. JASA 1966;61:436–439.',
  needs: ['map', 'other'],
  range: [-1, 1],
  better: 'higher',
  params: Params,
  compute({ map, other }, { stride }) {
    const value = kendallTau(thin(map, stride), thin(other!, stride))
    return value === null ? { value: null, reason: flatMap } : { value }
  }
}

function thin(map: Float32Array, stride: number): Float32Array {
  return map.filter((_, index) => index % stride === 0)
}

/** τ-b, or null when one side has no two different values. */
export function kendallTau(a: Float32Array, b: Float32Array): number | null {
  const order = Uint32Array.from(a, (_, index) => index)
  order.sort((left, right) => a[left] - a[right] || b[left] - b[right])
  const byA = Float32Array.from(order, (index) => a[index])
  const byB = Float32Array.from(order, (index) => b[index])

  const pairs = (order.length * (order.length - 1)) / 2
  const tiedA = tiedPairs(byA, () => true)
  const tiedBoth = tiedPairs(byA, (index) => byB[index] === byB[index - 1])
  const discordant = sortCountingSwaps(byB)
  const tiedB = tiedPairs(byB, () => true)

  const denominator = Math.sqrt((pairs - tiedA) * (pairs - tiedB))
  if (denominator === 0) return null
  return Math.max(-1, Math.min(1, (pairs - tiedA - tiedB + tiedBoth - 2 * discordant) / denominator))
}

/** Pairs inside runs of equal neighbours; a run also breaks where `joined` says no. */
function tiedPairs(sorted: Float32Array, joined: (index: number) => boolean): number {
  let pairs = 0
  let run = 1
  for (let index = 1; index <= sorted.length; index++) {
    if (index < sorted.length && sorted[index] === sorted[index - 1] && joined(index)) {
      run++
      continue
    }
    pairs += (run * (run - 1)) / 2
    run = 1
  }
  return pairs
}

/** Merge sort in place; returns how many pairs stood in the wrong order. */
function sortCountingSwaps(values: Float32Array): number {
  const merged = new Float32Array(values.length)
  let swaps = 0
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length)
      const end = Math.min(start + 2 * width, values.length)
      let left = start
      let right = middle
      for (let position = start; position < end; position++) {
        if (right >= end || (left < middle && values[left] <= values[right])) merged[position] = values[left++]
        else {
          merged[position] = values[right++]
          swaps += middle - left
        }
      }
    }
    values.set(merged)
  }
  return swaps
}
