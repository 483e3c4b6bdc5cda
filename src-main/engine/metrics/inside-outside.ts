import * as v from 'valibot'
import { emptyMask, fullMask, type Metric, type MetricInputs } from '@engine/metrics/metric'
import { studentTest, welchTest } from '@engine/metrics/statistics/t-tests'
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
  const split = { inside: [] as number[], outside: [] as number[] }
  for (let index = 0; index < map.length; index++) {
    if (mask![index] === 0) split.outside.push(map[index])
    else split.inside.push(map[index])
  }
  if (split.inside.length === 0) return emptyMask
  if (split.outside.length === 0) return fullMask
  return {
    inside: sideOf(split.inside, bins),
    outside: sideOf(split.outside, bins),
    welch: welchTest(split.inside, split.outside),
    student: studentTest(split.inside, split.outside)
  }
}

function sideOf(values: readonly number[], bins: number): SideStatistics {
  const histogram = new Uint32Array(bins)
  let [sum, min, max] = [0, Infinity, -Infinity]
  for (const value of values) {
    sum += value
    if (value < min) min = value
    if (value > max) max = value
    histogram[Math.max(0, Math.min(bins - 1, Math.floor(value * bins)))]++
  }
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  const sd = values.length < 2 ? null : Math.sqrt(squares / (values.length - 1))
  return { count: values.length, mean, sd, min, max, histogram }
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
