import type { Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'

/** Σ map inside ÷ Σ map, negative values counted as they are (mednet 2.1.0); needs a map without negative values to be a share. */
export const proportionalEnergyMetric: Metric<object> = {
  id: 'proportional-energy',
  title: 'Proportional energy: share of the map inside the reference',
  citation:
    'Wang H, Wang Z, Du M, et al. Score-CAM: score-weighted visual explanations for convolutional neural networks. CVPR Workshops 2020.',
  needs: ['map', 'mask'],
  range: [null, null],
  better: 'higher',
  params: noParams,
  compute({ map, mask }) {
    let inside = 0
    let total = 0
    for (let index = 0; index < map.length; index++) {
      total += map[index]
      if (mask![index] !== 0) inside += map[index]
    }
    return total === 0 ? { value: null, reason: 'the map sums to 0' } : { value: inside / total }
  }
}
