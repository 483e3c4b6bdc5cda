import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { mean } from '@engine/metrics/statistics/moments'
import { normalTail } from '@engine/metrics/statistics/normal-tail'
import type { TestOutcome } from '@engine/metrics/statistics/test-outcome'

const largest = 5000

/**
 * W against normality; small p: not normal. 3 to 5000 values.
 * Source: Royston P. Algorithm AS R94: a remark on algorithm AS 181, the W-test for normality. J R Stat Soc C 1995;44:547–551.
 */
export function shapiroWilk(values: ArrayLike<number>): TestOutcome {
  const count = values.length
  if (count < 3 || count > largest)
    return { statistic: null, p: null, reason: `the Shapiro–Wilk test takes 3 to ${largest} values` }
  const sorted = Float64Array.from(values).sort()
  const center = mean(sorted)
  const spread = sorted.reduce((sum, value) => sum + (value - center) ** 2, 0)
  if (spread === 0) return { statistic: null, p: null, reason: 'all values are equal' }
  const weights = weightsFor(count)
  const slope = sorted.reduce((sum, value, index) => sum + weights[index] * value, 0)
  const statistic = Math.min(1, slope ** 2 / spread)
  return { statistic, p: upperTail(statistic, count) }
}

/** Weights of the ordered values; antisymmetric, squares sum to one. */
function weightsFor(count: number): Float64Array {
  if (count === 3) return Float64Array.of(-Math.SQRT1_2, 0, Math.SQRT1_2)
  const scores = Float64Array.from({ length: count }, (_, index) =>
    normalQuantile((index + 0.625) / (count + 0.25), 0, 1)
  )
  const squares = scores.reduce((sum, score) => sum + score ** 2, 0)
  const u = 1 / Math.sqrt(count)
  const last =
    scores[count - 1] / Math.sqrt(squares) + polynomial(u, [0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056])
  const beside =
    scores[count - 2] / Math.sqrt(squares) + polynomial(u, [0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633])
  const set = count > 5 ? [last, beside] : [last]
  const left = set.reduce((sum, _, place) => sum - 2 * scores[count - 1 - place] ** 2, squares)
  const scale = Math.sqrt(left / set.reduce((sum, weight) => sum - 2 * weight ** 2, 1))
  const weights = scores.map((score) => score / scale)
  set.forEach((weight, place) => {
    weights[count - 1 - place] = weight
    weights[place] = -weight
  })
  return weights
}

function upperTail(statistic: number, count: number): number {
  if (count === 3) {
    const p = (6 / Math.PI) * (Math.asin(Math.sqrt(statistic)) - Math.asin(Math.sqrt(0.75)))
    return Math.max(0, p)
  }
  if (count <= 11) {
    const bound = polynomial(count, [-2.273, 0.459])
    const gap = Math.log(1 - statistic)
    // W so small that the transformation ends: beyond every table.
    if (gap >= bound) return 1e-99
    const center = polynomial(count, [0.544, -0.39978, 0.025054, -6.714e-4])
    const deviation = Math.exp(polynomial(count, [1.3822, -0.77857, 0.062767, -0.0020322]))
    return normalTail((-Math.log(bound - gap) - center) / deviation)
  }
  const log = Math.log(count)
  const center = polynomial(log, [-1.5861, -0.31082, -0.083751, 0.0038915])
  const deviation = Math.exp(polynomial(log, [-0.4803, -0.082676, 0.0030302]))
  return normalTail((Math.log(1 - statistic) - center) / deviation)
}

/** Σ coefficient[k]·xᵏ. */
function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0)
}
