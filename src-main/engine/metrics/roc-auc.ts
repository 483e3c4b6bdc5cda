import type { Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'
import { rankBothSides, type Ranking } from '@engine/metrics/ranking'

/** P(inside > outside) + ½ P(equal) over pairs of pixels, one inside and one outside the mask. */
export function rocAuc(ranking: Ranking): number {
  let wins = 0
  let hitsBefore = 0
  let missesBefore = 0
  for (let group = 0; group < ranking.inside.length; group++) {
    const hits = ranking.inside[group]
    const misses = ranking.outside[group]
    wins += (misses - missesBefore) * ((hits + hitsBefore) / 2)
    hitsBefore = hits
    missesBefore = misses
  }
  return wins / (ranking.positives * ranking.negatives)
}

export const rocAucMetric: Metric<object> = {
  id: 'roc-auc',
  title: 'Area under the ROC curve of the pixels',
  citation: 'Fawcett T. An introduction to ROC analysis. Pattern Recognition Letters 2006;27:861–874.',
  needs: ['map', 'mask'],
  range: [0, 1],
  better: 'higher',
  params: noParams,
  compute(inputs) {
    const ranking = rankBothSides(inputs)
    return typeof ranking === 'string' ? { value: null, reason: ranking } : { value: rocAuc(ranking) }
  }
}
