import { descendingOrder } from '@engine/metrics/descending-order'
import { maskArea } from '@engine/metrics/mask-area'
import { emptyMask, type Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'

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
  compute({ map, mask }) {
    const area = maskArea(mask!)
    if (area === 0) return { value: null, reason: emptyMask }
    const order = descendingOrder(map)
    let hits = 0
    for (let rank = 0; rank < area; rank++) if (mask![order[rank]] !== 0) hits++
    return { value: hits / area }
  }
}
