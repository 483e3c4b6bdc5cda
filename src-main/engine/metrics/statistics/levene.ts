import { mean } from '@engine/metrics/statistics/moments'
import { percentileOfSorted } from '@engine/metrics/percentile'
import type { TestOutcome } from '@engine/metrics/statistics/test-outcome'
import { varianceRatioTail } from '@engine/metrics/statistics/upper-tails'

/**
 * Equal variances of several samples, by distances from the median. Source: Brown MB, Forsythe AB. Robust tests for the equality of variances.
 * J Am Stat Assoc 1974;69:364–367 (Levene's test as SciPy has it).
 */
export function levene(samples: readonly ArrayLike<number>[]): TestOutcome {
  if (samples.length < 2 || samples.some(({ length }) => length < 2))
    return { statistic: null, p: null, reason: "Levene's test needs two values on each side" }
  const distances = samples.map((sample) => {
    const median = percentileOfSorted(Float64Array.from(sample).sort(), 50)
    return Float64Array.from(sample, (value) => Math.abs(value - median))
  })
  const all = distances.reduce((count, { length }) => count + length, 0)
  const grand = distances.reduce((sum, values) => sum + values.length * mean(values), 0) / all
  const between = distances.reduce((sum, values) => sum + values.length * (mean(values) - grand) ** 2, 0)
  const within = distances.reduce((sum, values) => {
    const center = mean(values)
    return sum + values.reduce((squares, value) => squares + (value - center) ** 2, 0)
  }, 0)
  if (within === 0) return { statistic: null, p: null, reason: 'the values do not spread' }
  const freedom = [samples.length - 1, all - samples.length] as const
  const statistic = ((freedom[1] / freedom[0]) * between) / within
  return { statistic, p: varianceRatioTail(statistic, ...freedom) }
}
