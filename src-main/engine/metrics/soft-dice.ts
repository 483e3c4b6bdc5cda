import * as v from 'valibot'
import { defined, type Metric } from '@engine/metrics/metric'

const Params = v.strictObject({
  region: v.pipe(
    v.optional(v.picklist(['inside', 'outside']), 'inside'),
    v.description('What the map is held against: the reference, or everything outside it.')
  )
})

/** 2 Σ(S·M) / (ΣS + ΣM) of a map in [0, 1]; outside: the same with 1 − M. */
export const softDiceMetric: Metric<v.InferOutput<typeof Params>> = {
  id: 'soft-dice',
  title: 'Soft Dice of the map with the reference',
  citation:
    'Arun N, Gaw N, Singh P, et al. Assessing the trustworthiness of saliency maps for localizing abnormalities in medical imaging. Radiology: Artificial Intelligence 2021;3(6):e200267.',
  needs: ['map', 'mask'],
  range: [null, null],
  better: 'higher',
  params: Params,
  compute({ map, mask }, { region }) {
    const outside = region === 'outside'
    let inside = 0
    let total = 0
    let area = 0
    for (let index = 0; index < map.length; index++) {
      total += map[index]
      if ((mask![index] === 0) !== outside) continue
      inside += map[index]
      area++
    }
    return defined((2 * inside) / (total + area), 'map and mask are both empty')
  }
}
