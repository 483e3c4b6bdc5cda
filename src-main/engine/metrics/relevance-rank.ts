import type { Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'
import { rankInputs } from '@engine/metrics/ranking'

/** Of the as many hottest pixels as the mask has, the share inside it; ties are taken in row-major order. */
export const relevanceRankMetric: Metric<object> = {
  id: 'relevance-rank',
  title: 'Relevance rank: share of the hottest pixels inside the reference',
  citation:
    'Arras L, Osman A, Samek W. CLEVR-XAI: a benchmark dataset for the ground truth evaluation of neural network explanations. Information Fusion 2022;81:14–40.',
  needs: ['map', 'mask'],
  range: [0, 1],
  better: 'higher',
  params: noParams,
  compute(inputs) {
    const ranking = rankInputs(inputs)
    if (typeof ranking === 'string') return { value: null, reason: ranking }
    let hits = 0
    for (let rank = 0; rank < ranking.positives; rank++) if (inputs.mask![ranking.order[rank]] !== 0) hits++
    return { value: hits / ranking.positives }
  }
}
