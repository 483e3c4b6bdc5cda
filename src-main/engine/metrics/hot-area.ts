import { MapThreshold, thresholdOf } from '@engine/metrics/map-threshold'
import type { Metric } from '@engine/metrics/metric'

/** Share of the pixels at or above the threshold: how much of the image a map marks. On an image without a finding all of it is false. */
export const hotAreaMetric: Metric<MapThreshold> = {
  id: 'hot-area',
  title: 'Share of the image that the map marks',
  citation:
    'Saporta A, Gui X, Agrawal A, et al. Benchmarking saliency methods for chest X-ray interpretation. Nature Machine Intelligence 2022;4:867–878 (thresholded maps).',
  needs: ['map'],
  range: [0, 1],
  better: 'none',
  params: MapThreshold,
  compute({ map }, params) {
    const threshold = thresholdOf(map, params)
    if (threshold === null) return { value: null, reason: 'the map is flat' }
    let hot = 0
    for (let index = 0; index < map.length; index++) if (map[index] >= threshold) hot++
    return { value: hot / map.length, detail: { threshold } }
  }
}
