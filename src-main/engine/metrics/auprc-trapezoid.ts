import type { Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'
import { rankInputs, type Ranking } from '@engine/metrics/ranking'

/**
 * Trapezoid under (recall, precision) from (0, 1) on, as published by Arun et al.; optimistic where values tie:
 * a constant map scores (1 + prevalence) / 2. Print average precision and prevalence beside it.
 */
export function auprcTrapezoid(ranking: Ranking): number {
  let area = 0
  let recall = 0
  let precision = 1
  for (let group = 0; group < ranking.inside.length; group++) {
    const hits = ranking.inside[group]
    const nextRecall = hits / ranking.positives
    const nextPrecision = hits / (hits + ranking.outside[group])
    area += ((nextRecall - recall) * (nextPrecision + precision)) / 2
    recall = nextRecall
    precision = nextPrecision
  }
  return area
}

export const auprcTrapezoidMetric: Metric<object> = {
  id: 'auprc-trapezoid',
  title: 'Area under the precision-recall curve, trapezoid',
  citation:
    'Arun N, Gaw N, Singh P, et al. Assessing the trustworthiness of saliency maps for localizing abnormalities in medical imaging. Radiology: Artificial Intelligence 2021;3(6):e200267.',
  needs: ['map', 'mask'],
  range: [0, 1],
  better: 'higher',
  params: noParams,
  compute(inputs) {
    const ranking = rankInputs(inputs)
    return typeof ranking === 'string' ? { value: null, reason: ranking } : { value: auprcTrapezoid(ranking) }
  }
}
