import type { Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'

/** Σ positive part inside ÷ Σ positive part; equals proportional energy where the map has no negative values. */
export const relevanceMassMetric: Metric<object> = {
  id: 'relevance-mass',
  title: 'Relevance mass: share of the positive part inside the reference',
  citation:
    'Arras L, Osman A, Samek W. CLEVR-XAI: a benchmark dataset for the ground truth evaluation of neural network explanations. Information Fusion 2022;81:14–40.',
  needs: ['map', 'mask'],
  range: [0, 1],
  better: 'higher',
  params: noParams,
  compute({ map, mask }) {
    let inside = 0
    let total = 0
    for (let index = 0; index < map.length; index++) {
      const positive = Math.max(map[index], 0)
      total += positive
      if (mask![index] !== 0) inside += positive
    }
    return total === 0 ? { value: null, reason: 'the map has no positive value' } : { value: inside / total }
  }
}
