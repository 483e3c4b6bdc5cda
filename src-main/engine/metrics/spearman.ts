import { descendingOrder } from '@engine/metrics/descending-order'
import type { Metric } from '@engine/metrics/metric'
import { flatMap, magnitudes, SimilarityParams } from '@engine/metrics/similarity-params'
import { correlation } from '@engine/metrics/statistics/correlation'
import { ranksFromOrder } from '@engine/metrics/statistics/ranks'

/** Correlation of the ranks of two maps, ties averaged; `absolute` is the variant of Adebayo et al. */
export const spearmanMetric: Metric<SimilarityParams> = {
  id: 'spearman',
  title: 'Spearman rank correlation of two maps',
  citation: 'Adebayo J, Gilmer J, Muelly M, et al. Sanity checks for saliency maps. NeurIPS 2018.',
  needs: ['map', 'other'],
  range: [-1, 1],
  better: 'higher',
  params: SimilarityParams,
  compute({ map, other }, { absolute }) {
    const value = correlation(pixelRanks(magnitudes(map, absolute)), pixelRanks(magnitudes(other!, absolute)))
    return value === null ? { value: null, reason: flatMap } : { value }
  }
}

function pixelRanks(map: Float32Array): Float64Array {
  return ranksFromOrder(map, descendingOrder(map))
}
