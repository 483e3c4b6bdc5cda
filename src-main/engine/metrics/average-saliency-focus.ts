import { emptyMask, type Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'

/** Mean value of the map inside the mask; depends on how the map is scaled. */
export const averageSaliencyFocusMetric: Metric<object> = {
  id: 'average-saliency-focus',
  title: 'Average saliency focus: mean of the map inside the reference',
  citation: 'Raposo G, et al. mednet: library for medical image classification (Idiap), saliency interpretability.',
  needs: ['map', 'mask'],
  range: [null, null],
  better: 'higher',
  params: noParams,
  compute({ map, mask }) {
    let inside = 0
    let area = 0
    for (let index = 0; index < map.length; index++) {
      if (mask![index] === 0) continue
      inside += map[index]
      area++
    }
    return area === 0 ? { value: null, reason: emptyMask } : { value: inside / area }
  }
}
