import { MapThreshold, thresholdOf } from '@engine/metrics/map-threshold'
import { emptyMask, type Metric } from '@engine/metrics/metric'
import { dice, overlapAbove } from '@engine/metrics/overlap'

/** 2·both / (hot + mask) of the map cut at one threshold. */
export const diceMetric: Metric<MapThreshold> = {
  id: 'dice',
  title: 'Dice overlap of the thresholded map with the reference',
  citation: 'Dice LR. Measures of the amount of ecologic association between species. Ecology 1945;26:297–302.',
  needs: ['map', 'mask'],
  range: [0, 1],
  better: 'higher',
  params: MapThreshold,
  compute({ map, mask }, params) {
    const threshold = thresholdOf(map, params)
    if (threshold === null) return { value: null, reason: 'the map is flat' }
    const overlap = overlapAbove(map, mask!, threshold)
    if (overlap.area === 0) return { value: null, reason: emptyMask }
    return { value: dice(overlap), detail: { threshold, pixels: overlap.selected } }
  }
}
