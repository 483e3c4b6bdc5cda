import { auprcTrapezoidMetric } from '@engine/metrics/auprc-trapezoid'
import { averagePrecisionMetric } from '@engine/metrics/average-precision'
import { averageSaliencyFocusMetric } from '@engine/metrics/average-saliency-focus'
import { insideOutsideMetric } from '@engine/metrics/inside-outside'
import { iouMetric } from '@engine/metrics/iou'
import { maxDiceMetric } from '@engine/metrics/max-dice'
import type { Computed, Metric, MetricInputs } from '@engine/metrics/metric'
import { occludedRocAucMetric } from '@engine/metrics/occluded-roc-auc'
import { pointingGameMetric } from '@engine/metrics/pointing-game'
import { proportionalEnergyMetric } from '@engine/metrics/proportional-energy'
import { relevanceMassMetric } from '@engine/metrics/relevance-mass'
import { relevanceRankMetric } from '@engine/metrics/relevance-rank'
import { rocAucMetric } from '@engine/metrics/roc-auc'
import { softDiceMetric } from '@engine/metrics/soft-dice'
import * as v from 'valibot'

/** The metric whose verdict stands for the area: the trapezoid rises on ties, ROC AUC looks high where findings are small. */
export const headlineMetric = 'average-precision'

/** Pixels from the outline that still count as a hit. */
export interface Tolerances {
  /** Of the pointing game. */
  readonly tolerance: number
  /** Of the hit rate, printed beside it. */
  readonly hitTolerance: number
}

/** One scored figure: a metric with its settings, under the name that its rows carry. */
interface Scored {
  readonly id: string
  readonly metric: Metric
  readonly better: 'higher' | 'lower' | 'none'
  readonly params?: (tolerances: Tolerances) => object
  /** Another figure of the metric than its value. */
  readonly detail?: string
  /** Printed beside every row. */
  readonly note?: string
}

const plain = (metric: Metric, note?: string): Scored => ({
  id: metric.id,
  metric,
  better: 'higher',
  ...(note === undefined ? {} : { note })
})

const pointing = (id: string, tolerance: (tolerances: Tolerances) => number): Scored => ({
  ...plain(pointingGameMetric),
  id,
  params: (tolerances) => ({ tolerance: tolerance(tolerances), ties: 'share' })
})

const scored: readonly Scored[] = [
  plain(averagePrecisionMetric),
  plain(
    auprcTrapezoidMetric,
    'As published. The trapezoid rises where the map has ties: a map that is the same everywhere scores (1 + share outlined) / 2, printed as the constant reference.'
  ),
  plain(rocAucMetric, 'Looks high where findings are small: most of the image is an easy negative.'),
  plain(occludedRocAucMetric, 'The ROC curve at whole percentages of occluded pixels.'),
  plain(maxDiceMetric, 'An oracle: the threshold is chosen on the image itself.'),
  { id: 'max-dice-percentile', metric: maxDiceMetric, better: 'none', detail: 'percent' },
  { ...plain(iouMetric), id: 'iou-otsu', params: () => ({ selection: 'otsu' }) },
  { ...plain(iouMetric), id: 'iou-percentile-95', params: () => ({ selection: 'percentile', percentile: 95 }) },
  pointing('pointing-game', ({ tolerance }) => tolerance),
  pointing('hit-rate', ({ hitTolerance }) => hitTolerance),
  plain(proportionalEnergyMetric, 'A map that is the same everywhere scores the share of the image outlined.'),
  plain(averageSaliencyFocusMetric),
  plain(relevanceRankMetric),
  plain(relevanceMassMetric),
  plain(softDiceMetric),
  { ...plain(softDiceMetric), id: 'soft-dice-outside', better: 'none', params: () => ({ region: 'outside' }) },
  plain(
    insideOutsideMetric,
    'Histograms, spread and the tests of Welch and Student stand under “Inside and outside the outline”.'
  )
]

export const scoredMetricIds: readonly string[] = scored.map(({ id }) => id)

/** Which way a scored figure is better, and what is said beside it. */
export function scoredMetric(id: string): Pick<Scored, 'better' | 'note'> {
  return scored.find((one) => one.id === id)!
}

/** Figures whose floor is the share of the image outlined. */
export const flooredByPrevalence: readonly string[] = [
  'average-precision',
  'auprc-trapezoid',
  'proportional-energy',
  'relevance-rank',
  'relevance-mass',
  'pointing-game'
]

/** Value of every scored figure, by id, or why it is undefined. */
export type Scores = ReadonlyMap<string, number | string>

/** Scores one map against one mask. */
export function scoreMap(inputs: MetricInputs, tolerances: Tolerances): Scores {
  // Figures of one metric with one setting are computed once.
  const computed = new Map<string, Computed>()
  return new Map(
    scored.map(({ id, metric, params, detail }): [string, number | string] => {
      const raw = params?.(tolerances) ?? {}
      const key = JSON.stringify([metric.id, raw])
      const found = computed.get(key) ?? metric.compute(inputs, v.parse(metric.params, raw))
      computed.set(key, found)
      if (found.value === null) return [id, found.reason]
      return [id, detail === undefined ? found.value : found.detail![detail]]
    })
  )
}

/** Mean of several scores of one image, such as of several random maps; undefined when one is. */
export function meanScores(list: readonly Scores[]): Scores {
  return new Map(
    scoredMetricIds.map((id) => {
      const values = list.map((scores) => scores.get(id)!)
      const reason = values.find((value) => typeof value === 'string')
      const numbers = values.filter((value) => typeof value === 'number')
      return [id, reason ?? numbers.reduce((sum, value) => sum + value, 0) / numbers.length]
    })
  )
}
