import { defined, type Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'

/** 2 Σ(S·M) / (ΣS + ΣM) of a map in [0, 1]. */
export const softDiceMetric: Metric<object> = {
  id: 'soft-dice',
  title: 'Soft Dice of the map with the reference',
  citation:
    'Arun N, Gaw N, Singh P, et al. Assessing the trustworthiness of saliency maps for localizing abnormalities in medical imaging. Radiology: Artificial Intelligence 2021;3(6):e200267.',
  needs: ['map', 'mask'],
  range: [null, null],
  better: 'higher',
  params: noParams,
  compute({ map, mask }) {
    let inside = 0
    let total = 0
    let area = 0
    for (let index = 0; index < map.length; index++) {
      total += map[index]
      if (mask![index] === 0) continue
      inside += map[index]
      area++
    }
    return defined((2 * inside) / (total + area), 'map and mask are both empty')
  }
}
