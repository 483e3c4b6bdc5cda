import { auprcTrapezoidMetric } from '@engine/metrics/auprc-trapezoid'
import { averagePrecisionMetric } from '@engine/metrics/average-precision'
import { averageSaliencyFocusMetric } from '@engine/metrics/average-saliency-focus'
import { maxDiceMetric } from '@engine/metrics/max-dice'
import type { Metric, MetricInputs } from '@engine/metrics/metric'
import { pointingGameMetric } from '@engine/metrics/pointing-game'
import { proportionalEnergyMetric } from '@engine/metrics/proportional-energy'
import { relevanceRankMetric } from '@engine/metrics/relevance-rank'
import { rocAucMetric } from '@engine/metrics/roc-auc'
import * as v from 'valibot'

/** The metric whose verdict stands for the area: the trapezoid rises on ties, ROC AUC looks high where findings are small. */
export const headlineMetric = 'average-precision'

const scored: readonly Metric[] = [
  averagePrecisionMetric,
  auprcTrapezoidMetric,
  rocAucMetric,
  maxDiceMetric,
  pointingGameMetric,
  proportionalEnergyMetric,
  averageSaliencyFocusMetric,
  relevanceRankMetric
]

export const scoredMetricIds: readonly string[] = scored.map((metric) => metric.id)

/** Value of every scored metric, by metric id, or why it is undefined. */
export type Scores = ReadonlyMap<string, number | string>

/** Scores one map against one mask; `tolerance` of the pointing game in pixels. */
export function scoreMap(inputs: MetricInputs, tolerance: number): Scores {
  return new Map(
    scored.map((metric) => {
      const raw = metric.id === pointingGameMetric.id ? { tolerance, ties: 'share' } : {}
      const computed = metric.compute(inputs, v.parse(metric.params, raw))
      return [metric.id, computed.value ?? (computed as { reason: string }).reason]
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
