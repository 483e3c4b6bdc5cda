import * as v from 'valibot'
import { emptyMask, fullMask, type Metric, type MetricInputs } from '@engine/metrics/metric'
import { studentOf, welchOf, type SampleMoments } from '@engine/metrics/statistics/t-tests'
import type { TestOutcome } from '@engine/metrics/statistics/test-outcome'

/** What a map holds on one side of the outline. */
export interface SideStatistics {
  readonly count: number
  readonly mean: number
  /** n − 1; null for a single pixel. */
  readonly sd: number | null
  readonly min: number
  readonly max: number
  /** Pixels by equal bins over [0, 1]; what lies outside is counted in the first or last. */
  readonly histogram: Uint32Array
}

export interface InsideOutside {
  readonly inside: SideStatistics
  readonly outside: SideStatistics
  readonly welch: TestOutcome
  readonly student: TestOutcome
}

/**
 * Histograms and moments of a map in [0, 1] inside and outside the reference, with Welch's and Student's test between them, or why there are none.
 * Pixels are no independent samples: the p values describe one image and decide nothing. Source: Arun et al. 2021 (100 bins).
 */
export function insideOutside({ map, mask }: MetricInputs, bins = 100): InsideOutside | string {
  const [inside, outside] = [emptySide(bins), emptySide(bins)]
  for (let index = 0; index < map.length; index++) addValue(mask![index] === 0 ? outside : inside, map[index], bins)
  if (inside.count === 0) return emptyMask
  if (outside.count === 0) return fullMask
  const means = [outside.sum / outside.count, inside.sum / inside.count]
  const squares = [0, 0]
  for (let index = 0; index < map.length; index++) {
    const side = mask![index] === 0 ? 0 : 1
    squares[side] += (map[index] - means[side]) ** 2
  }
  const [outer, inner] = [momentsOf(outside, squares[0]), momentsOf(inside, squares[1])]
  return {
    inside: statisticsOf(inside, inner),
    outside: statisticsOf(outside, outer),
    welch: welchOf(inner, outer),
    student: studentOf(inner, outer)
  }
}

interface Side {
  count: number
  sum: number
  min: number
  max: number
  readonly histogram: Uint32Array
}

function emptySide(bins: number): Side {
  return { count: 0, sum: 0, min: Infinity, max: -Infinity, histogram: new Uint32Array(bins) }
}

function addValue(side: Side, value: number, bins: number): void {
  side.count++
  side.sum += value
  if (value < side.min) side.min = value
  if (value > side.max) side.max = value
  side.histogram[Math.max(0, Math.min(bins - 1, Math.floor(value * bins)))]++
}

function momentsOf({ count, sum }: Side, squares: number): SampleMoments | null {
  return count < 2 ? null : { count, mean: sum / count, variance: squares / (count - 1) }
}

function statisticsOf({ count, sum, min, max, histogram }: Side, moments: SampleMoments | null): SideStatistics {
  return { count, mean: sum / count, sd: moments === null ? null : Math.sqrt(moments.variance), min, max, histogram }
}

const Params = v.strictObject({
  test: v.pipe(
    v.optional(v.picklist(['welch', 'student']), 'welch'),
    v.description('Test whose statistic and p value are given beside the difference.')
  )
})

/** Mean of the map inside less its mean outside, with what is behind it. */
export const insideOutsideMetric: Metric<v.InferOutput<typeof Params>> = {
  id: 'inside-outside',
  title: 'Mean of the map inside the reference less its mean outside',
  citation:
    'Arun N, Gaw N, Singh P, et al. Assessing the trustworthiness of saliency maps for localizing abnormalities in medical imaging. Radiology: Artificial Intelligence 2021;3(6):e200267.',
  needs: ['map', 'mask'],
  range: [null, null],
  better: 'higher',
  params: Params,
  compute(inputs, { test }) {
    const found = insideOutside(inputs)
    if (typeof found === 'string') return { value: null, reason: found }
    const { inside, outside } = found
    return { value: inside.mean - outside.mean, detail: { ...sides(inside, outside), ...tested(found[test]) } }
  }
}

function sides(inside: SideStatistics, outside: SideStatistics): Record<string, number> {
  const named = (side: SideStatistics, name: string): [string, number][] => [
    [`${name}-count`, side.count],
    [`${name}-mean`, side.mean],
    ...(side.sd === null ? [] : [[`${name}-sd`, side.sd] as [string, number]]),
    [`${name}-min`, side.min],
    [`${name}-max`, side.max]
  ]
  return Object.fromEntries([...named(inside, 'inside'), ...named(outside, 'outside')])
}

/** One-sided p: half the two-sided one where the inside is higher, as published. */
function tested({ statistic, p }: TestOutcome): Record<string, number> {
  if (statistic === null || p === null) return {}
  return { statistic, p, 'p-one-sided': statistic > 0 ? p / 2 : 1 - p / 2 }
}
