import * as v from 'valibot'
import { percentileOfSorted } from '@engine/metrics/percentile'
import type { Metric, MetricInputs } from '@engine/metrics/metric'
import { rankBothSides, type Ranking } from '@engine/metrics/ranking'

const Params = v.strictObject({
  step: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50)), 1),
    v.description('Percent of the pixels occluded between two points of the curve.')
  )
})

/**
 * Area under the ROC curve of percent-occluded maps: at every occlusion percentage p the pixels at or above percentile p remain, and what
 * remains is held against the reference. Trapezoid through (0, 0), the thresholds and (1, 1), so it is the ROC AUC seen at `step` percent.
 */
export const occludedRocAucMetric: Metric<v.InferOutput<typeof Params>> = {
  id: 'occluded-roc-auc',
  title: 'Area under the ROC curve over percent-occluded maps',
  citation:
    'Brocki L, Marchadour W, Maison J, et al. Evaluation of importance estimators in deep learning classifiers for computed tomography. EXTRAAMAS 2022.',
  needs: ['map', 'mask'],
  range: [0, 1],
  better: 'higher',
  params: Params,
  compute(inputs, { step }) {
    const ranking = rankBothSides(inputs)
    return typeof ranking === 'string' ? { value: null, reason: ranking } : { value: areaOver(inputs, ranking, step) }
  }
}

function areaOver({ map }: MetricInputs, ranking: Ranking, step: number): number {
  const ascending = new Float32Array(map.length)
  for (let rank = 0; rank < map.length; rank++) ascending[rank] = map[ranking.order[map.length - 1 - rank]]
  let area = 0
  let [right, up] = [0, 0]
  const advance = (x: number, y: number): void => {
    area += ((x - right) * (y + up)) / 2
    ;[right, up] = [x, y]
  }
  for (let percent = 100 - step; percent > 0; percent -= step) {
    const group = lastAbove(ranking.thresholds, Math.fround(percentileOfSorted(ascending, percent)))
    if (group < 0) continue
    advance(ranking.outside[group] / ranking.negatives, ranking.inside[group] / ranking.positives)
  }
  advance(1, 1)
  return area
}

/** Position of the lowest threshold that is at least `cut`; −1 when there is none. Thresholds descend. */
function lastAbove(thresholds: Float32Array, cut: number): number {
  let low = 0
  let high = thresholds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (thresholds[middle] >= cut) low = middle + 1
    else high = middle
  }
  return low - 1
}
