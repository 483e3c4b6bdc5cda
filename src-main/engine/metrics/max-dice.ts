import * as v from 'valibot'
import { highest } from '@engine/metrics/map-threshold'
import { type Metric, type MetricInputs } from '@engine/metrics/metric'
import { percentileOfSorted } from '@engine/metrics/percentile'
import { rankInputs, type Ranking } from '@engine/metrics/ranking'

const Params = v.strictObject({
  selection: v.pipe(
    v.optional(v.picklist(['percentile', 'top-k', 'fraction-of-max']), 'percentile'),
    v.description(
      'What a percentage p means: map ≥ its percentile p; the hottest p % of the pixels; map ≥ p % of its highest value.'
    )
  ),
  first: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99)), 0),
    v.description('First percentage tried; the last is 99.')
  )
})
type Params = v.InferOutput<typeof Params>

/** Best Dice over the percentages `first`…99 and the percentage it is reached at: an oracle, chosen on the image itself. */
export const maxDiceMetric: Metric<Params> = {
  id: 'max-dice',
  title: 'Highest Dice over all thresholds (oracle)',
  citation: 'Dice LR. Measures of the amount of ecologic association between species. Ecology 1945;26:297–302.',
  needs: ['map', 'mask'],
  range: [0, 1],
  better: 'higher',
  params: Params,
  compute(inputs, params) {
    const ranking = rankInputs(inputs)
    if (typeof ranking === 'string') return { value: null, reason: ranking }
    const curve = diceCurve(inputs, ranking, params.selection)
    let percent = params.first
    for (let next = percent + 1; next < curve.length; next++) if (curve[next] > curve[percent]) percent = next
    return { value: curve[percent], detail: { percent } }
  }
}

/** Dice at 0…99 percent. */
export function diceCurve(inputs: MetricInputs, ranking: Ranking, selection: Params['selection']): number[] {
  const percents = Array.from({ length: 100 }, (_, percent) => percent)
  if (selection === 'top-k') return topKCurve(inputs, ranking, percents)
  if (selection === 'fraction-of-max') {
    const top = highest(inputs.map)
    return percents.map((percent) => diceAbove(ranking, (percent / 100) * top))
  }
  const sorted = ascending(inputs.map, ranking.order)
  return percents.map((percent) => diceAbove(ranking, Math.fround(percentileOfSorted(sorted, percent))))
}

/** Dice of the pixels at or above a threshold, by bisection in the ranking. */
function diceAbove({ thresholds, inside, outside, positives }: Ranking, threshold: number): number {
  let low = 0
  let high = thresholds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (thresholds[middle] >= threshold) low = middle + 1
    else high = middle
  }
  return low === 0 ? 0 : (2 * inside[low - 1]) / (inside[low - 1] + outside[low - 1] + positives)
}

/** The values of a map in ascending order, from their descending order. */
function ascending(map: Float32Array, order: Uint32Array): Float32Array {
  const sorted = new Float32Array(map.length)
  const last = map.length - 1
  for (let rank = 0; rank <= last; rank++) sorted[last - rank] = map[order[rank]]
  return sorted
}

function topKCurve({ map, mask }: MetricInputs, ranking: Ranking, percents: readonly number[]): number[] {
  let taken = 0
  let hits = 0
  return percents.map((percent) => {
    const wanted = roundHalfToEven((map.length * percent) / 100)
    for (; taken < wanted; taken++) if (mask![ranking.order[taken]] !== 0) hits++
    return (2 * hits) / (taken + ranking.positives)
  })
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value)
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}
