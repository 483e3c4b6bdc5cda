import type { AttributionContext } from '@engine/attribution/method'
import { gradientsAtPoints } from '@engine/attribution/methods/gradients-at-points'
import type { Quadrature } from '@engine/attribution/quadrature'
import { subJob } from '@engine/job'
import type { Tensor } from '@engine/tensor/tensor'

/**
 * Integrated gradients along the straight lines from each baseline to the input, `[1, C, ...spatial]`; the mean over the baselines.
 * Source: Sundararajan et al., ICML 2017.
 */
export async function pathIntegral(
  context: AttributionContext,
  baselines: readonly Tensor[],
  points: Quadrature
): Promise<Tensor> {
  const sum = new Float64Array(context.input.data.length)
  for (const [index, from] of baselines.entries()) {
    const job = subJob(context.job, (done, total) =>
      context.job.progress('steps', index * total + done, baselines.length * total)
    )
    // With several baselines a part of one path is no part of the mean.
    const { partial: _ofOnePath, ...silent } = job
    await addPath({ ...context, job: baselines.length === 1 ? job : silent }, from, points, sum)
  }
  return { data: Float32Array.from(sum, (value) => value / baselines.length), shape: context.input.shape }
}

/** Adds (x − baseline) · Σ weight · gradient(baseline + alpha · (x − baseline)) to `sum`. */
async function addPath(
  context: AttributionContext,
  from: Tensor,
  { alphas, weights }: Quadrature,
  sum: Float64Array
): Promise<void> {
  const { data } = context.input
  const difference = data.map((value, index) => value - from.data[index])
  const gradientSum = new Float64Array(data.length)
  const points = {
    count: alphas.length,
    fill: (step: number, target: Float32Array) => {
      for (let index = 0; index < target.length; index++) {
        target[index] = from.data[index] + alphas[step] * difference[index]
      }
    },
    take: (step: number, gradient: Float32Array) => {
      for (let index = 0; index < gradient.length; index++) gradientSum[index] += weights[step] * gradient[index]
    },
    // The path so far, from the baseline on: a sum that grows to the whole.
    soFar: () => ({
      data: Float32Array.from(gradientSum, (value, index) => value * difference[index]),
      shape: context.input.shape
    })
  }
  await gradientsAtPoints(context, points, 'steps')
  for (let index = 0; index < sum.length; index++) sum[index] += gradientSum[index] * difference[index]
}
