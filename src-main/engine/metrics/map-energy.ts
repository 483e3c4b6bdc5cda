import { defined, type Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'

/** Mean of the map over all pixels. Of a map scaled to [0, 1] it says how widely the energy is spread, not how strong it is. */
export const mapEnergyMetric: Metric<object> = {
  id: 'map-energy',
  title: 'Energy of the map: mean over the image',
  citation: 'Wang H, Wang Z, Du M, et al. Score-CAM. CVPR Workshops 2020 (energy of a map).',
  needs: ['map'],
  range: [null, null],
  better: 'none',
  params: noParams,
  compute({ map }) {
    let total = 0
    for (let index = 0; index < map.length; index++) total += map[index]
    return defined(total / map.length, 'the map has no pixels')
  }
}
