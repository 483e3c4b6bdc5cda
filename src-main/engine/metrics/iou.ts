import { MapThreshold, thresholdOf } from '@engine/metrics/map-threshold'
import { emptyMask, type Metric } from '@engine/metrics/metric'
import { intersectionOverUnion, overlapAbove } from '@engine/metrics/overlap'

/** both / either of the map cut at one threshold. */
export const iouMetric: Metric<MapThreshold> = {
  id: 'iou',
  title: 'Intersection over union of the thresholded map with the reference',
  citation: 'Jaccard P. The distribution of the flora in the alpine zone. New Phytologist 1912;11:37–50.',
  needs: ['map', 'mask'],
  range: [0, 1],
  better: 'higher',
  params: MapThreshold,
  compute({ map, mask }, params) {
    const threshold = thresholdOf(map, params)
    if (threshold === null) return { value: null, reason: 'the map is flat' }
    const overlap = overlapAbove(map, mask!, threshold)
    if (overlap.area === 0) return { value: null, reason: emptyMask }
    return { value: intersectionOverUnion(overlap), detail: { threshold, pixels: overlap.selected } }
  }
}
