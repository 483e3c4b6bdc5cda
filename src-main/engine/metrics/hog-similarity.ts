import * as v from 'valibot'
import { hogDescriptor, type HogSettings } from '@engine/metrics/hog'
import type { Metric } from '@engine/metrics/metric'
import { correlation } from '@engine/metrics/statistics/correlation'

const Params = v.strictObject({
  orientations: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(180)), 9),
    v.description('Directions of the gradient, over half a turn.')
  ),
  cell: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 16),
    v.description('Pixels along one side of a cell.')
  ),
  block: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 3),
    v.description('Cells along one side of a block; blocks are normalised.')
  )
})

/** Pearson correlation of the histograms of oriented gradients of two maps; of a volume slice by slice, all slices in one descriptor. */
export const hogSimilarityMetric: Metric<v.InferOutput<typeof Params>> = {
  id: 'hog-similarity',
  title: 'Correlation of the histograms of oriented gradients of two maps',
  citation:
    'Adebayo J, Gilmer J, Muelly M, et al. Sanity checks for saliency maps. NeurIPS 2018; Dalal N, Triggs B. Histograms of oriented gradients for human detection. CVPR 2005.',
  needs: ['map', 'other'],
  range: [-1, 1],
  better: 'higher',
  params: Params,
  compute({ map, other, shape }, params) {
    const [a, b] = [descriptorOf(map, shape, params), descriptorOf(other!, shape, params)]
    if (a === null || b === null) return { value: null, reason: 'the map is smaller than a block of cells' }
    const value = correlation(a, b)
    return value === null ? { value: null, reason: 'a map without gradients has no correlation' } : { value }
  }
}

/** The descriptors of all planes of a map, one after another; null when they are too small. */
export function descriptorOf(map: Float32Array, shape: readonly number[], settings?: HogSettings): Float64Array | null {
  const [rows, columns] = shape.slice(-2)
  const plane = rows * columns
  const parts: Float64Array[] = []
  for (let start = 0; start < map.length; start += plane) {
    const part = hogDescriptor(map.subarray(start, start + plane), [rows, columns], settings)
    if (part === null) return null
    parts.push(part)
  }
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
