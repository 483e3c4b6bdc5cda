import type { Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'

/** Mean of the squared differences of two maps, in the maps' unit squared. */
export const meanSquaredErrorMetric: Metric<object> = {
  id: 'mean-squared-error',
  title: 'Mean squared difference of two maps',
  citation:
    'Wang Z, Bovik AC. Mean squared error: love it or leave it? IEEE Signal Processing Magazine 2009;26:98–117.',
  needs: ['map', 'other'],
  range: [0, null],
  better: 'lower',
  params: noParams,
  compute({ map, other }) {
    let sum = 0
    for (let index = 0; index < map.length; index++) sum += (map[index] - other![index]) ** 2
    return { value: sum / map.length }
  }
}
