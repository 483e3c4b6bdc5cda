import type { AttributionContext } from '@engine/attribution/method'
import { gradientsAtPoints } from '@engine/attribution/methods/gradients-at-points'
import type { Quadrature } from '@engine/attribution/quadrature'
import { subJob, throwIfCancelled } from '@engine/job'
import { addWeighted, pathPoints } from '@engine/tensor/line-points'
import type { Tensor } from '@engine/tensor/tensor'

/** Values of an input up to which a whole path is one call; the points of a larger one take long enough to be counted one by one. */
const valuesInOneCall = 2_000_000

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
  const data = new Float32Array(sum.length)
  for (let index = 0; index < data.length; index++) data[index] = sum[index] / baselines.length
  return { data, shape: context.input.shape }
}

/** Adds (x − baseline) · Σ weight · gradient(baseline + alpha · (x − baseline)) to `sum`. */
async function addPath(
  context: AttributionContext,
  from: Tensor,
  points: Quadrature,
  sum: Float64Array
): Promise<void> {
  const gradients = await gradientSum(context, from.data, points)
  const end = context.input.data
  for (let index = 0; index < sum.length; index++) {
    sum[index] += gradients[index] * Math.fround(end[index] - from.data[index])
  }
}

/** Σ weight · gradient over the points of a line: in one call where nobody watches the map grow and the model can do so. */
async function gradientSum(
  context: AttributionContext,
  from: Float32Array,
  { alphas, weights }: Quadrature
): Promise<Float64Array> {
  const { model, input, start, of, job } = context
  const end = input.data
  if (model.gradientAlong !== undefined && job.partial === undefined && end.length <= valuesInOneCall) {
    throwIfCancelled(job)
    const sum = await model.gradientAlong({ input, start, of }, { from, alphas, weights }, job)
    job.progress('steps', alphas.length, alphas.length)
    return sum
  }
  const sum = new Float64Array(end.length)
  await gradientsAtPoints(
    context,
    {
      count: alphas.length,
      fill: (first, target) => pathPoints({ from, alphas }, end, { first, target }),
      take: (step, gradient) => addWeighted(sum, gradient, weights[step]),
      // The path so far, from the baseline on: a sum that grows to the whole.
      soFar: () => {
        const data = new Float32Array(sum.length)
        for (let index = 0; index < data.length; index++)
          data[index] = sum[index] * Math.fround(end[index] - from[index])
        return { data, shape: input.shape }
      }
    },
    'steps'
  )
  return sum
}
