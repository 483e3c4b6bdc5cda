import type { Metric } from '@engine/metrics/metric'
import { flatMap, magnitudes, SimilarityParams } from '@engine/metrics/similarity-params'
import { correlation } from '@engine/metrics/statistics/correlation'

/** Product-moment correlation of two maps over pixels. */
export const pearsonMetric: Metric<SimilarityParams> = {
  id: 'pearson',
  title: 'Pearson correlation of two maps',
  citation:
    'Pearson K. Notes on regression and inheritance in the case of two parents. Proc R Soc Lond 1895;58:240–242.',
  needs: ['map', 'other'],
  range: [-1, 1],
  better: 'higher',
  params: SimilarityParams,
  compute({ map, other }, { absolute }) {
    const value = correlation(magnitudes(map, absolute), magnitudes(other!, absolute))
    return value === null ? { value: null, reason: flatMap } : { value }
  }
}
