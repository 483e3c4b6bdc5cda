import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { percentileOfSorted } from '@engine/metrics/percentile'
import { mean } from '@engine/metrics/statistics/moments'
import { normalTail } from '@engine/metrics/statistics/normal-tail'

type Interval = readonly [number, number]

/** The percentile interval turned around the estimate. Source: Davison AC, Hinkley DV. Bootstrap methods and their application. 1997, section 5.2. */
export function basicInterval(resampled: Float64Array, estimate: number, level: number): Interval {
  const sorted = resampled.slice().sort()
  const tail = 50 * (1 - level)
  return [2 * estimate - percentileOfSorted(sorted, 100 - tail), 2 * estimate - percentileOfSorted(sorted, tail)]
}

export interface Resampled {
  readonly resampled: Float64Array
  readonly estimate: number
  /** The statistic with each patient left out once. */
  readonly leftOut: ArrayLike<number>
}

/**
 * Bias-corrected and accelerated interval; null when every resample lies on one side of the estimate, or leaving a patient out changes nothing.
 * Source: Efron B. Better bootstrap confidence intervals. J Am Stat Assoc 1987;82:171–185.
 */
export function acceleratedInterval({ resampled, estimate, leftOut }: Resampled, level: number): Interval | null {
  const below = resampled.filter((value) => value < estimate).length / resampled.length
  if (below === 0 || below === 1) return null
  const bias = normalQuantile(below, 0, 1)
  const center = mean(leftOut)
  let [squares, cubes] = [0, 0]
  for (let index = 0; index < leftOut.length; index++) {
    squares += (center - leftOut[index]) ** 2
    cubes += (center - leftOut[index]) ** 3
  }
  if (squares === 0) return null
  const acceleration = cubes / (6 * squares ** 1.5)
  const sorted = resampled.slice().sort()
  const edge = (share: number): number => {
    const z = bias + normalQuantile(share, 0, 1)
    return percentileOfSorted(sorted, 100 * (1 - normalTail(bias + z / (1 - acceleration * z))))
  }
  return [edge((1 - level) / 2), edge((1 + level) / 2)]
}
