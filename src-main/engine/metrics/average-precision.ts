import type { Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'
import { rankInputs, type Ranking } from '@engine/metrics/ranking'

/** Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct values of the map, ties grouped (scikit-learn's `average_precision_score`). */
export function averagePrecision(ranking: Ranking): number {
  let sum = 0
  let before = 0
  for (let group = 0; group < ranking.inside.length; group++) {
    const hits = ranking.inside[group]
    if (hits === before) continue
    sum += ((hits - before) * hits) / (hits + ranking.outside[group])
    before = hits
  }
  return sum / ranking.positives
}

export const averagePrecisionMetric: Metric<object> = {
  id: 'average-precision',
  title: 'Average precision',
  citation: 'Davis J, Goadrich M. The relationship between precision-recall and ROC curves. ICML 2006.',
  needs: ['map', 'mask'],
  range: [0, 1],
  better: 'higher',
  params: noParams,
  compute(inputs) {
    const ranking = rankInputs(inputs)
    return typeof ranking === 'string' ? { value: null, reason: ranking } : { value: averagePrecision(ranking) }
  }
}
