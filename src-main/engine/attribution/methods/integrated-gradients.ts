import * as v from 'valibot'
import { resolveBaselines } from '@engine/attribution/baseline'
import { chunkSize } from '@engine/attribution/chunk'
import { sundararajan2017 } from '@engine/attribution/citations'
import type { AttributionContext, AttributionMethod } from '@engine/attribution/method'
import { inputGradient } from '@engine/attribution/methods/input-gradient'
import { baselineParam, choiceParam, integerParam } from '@engine/attribution/param'
import { pathRules, quadrature, type Quadrature } from '@engine/attribution/quadrature'
import { subJob, throwIfCancelled } from '@engine/job'
import { stack, type Tensor } from '@engine/tensor/tensor'

const params = v.object({
  steps: integerParam(
    { title: 'Steps', description: 'Points on the path from each baseline to the image.' },
    { default: 32, min: 1, max: 2000 }
  ),
  rule: choiceParam(
    {
      title: 'Integration rule',
      description: 'How the points are placed and weighted; gauss-legendre needs the fewest.'
    },
    pathRules,
    'gauss-legendre'
  ),
  baseline: baselineParam(
    {
      title: 'Baseline',
      description:
        'Where the path starts: black, white, black-white (mean of both), an NPY file, or a number for every pixel.'
    },
    'black'
  )
})
type Params = v.InferOutput<typeof params>

const stepsAtOnce = 16

export const integratedGradients: AttributionMethod<Params> = {
  id: 'integrated-gradients',
  title: 'Integrated gradients',
  group: 'Pixel detail',
  words: {
    shows:
      'The gradient averaged on the way from an empty image to this one, times the difference: shares that add up to the score.',
    goodFor: 'Signed contributions that sum to the change of the score; the error of that sum is printed.',
    notFor: 'Images where no neutral "empty" image exists: the choice of baseline decides what can light up.',
    failureModes:
      'Blind to pixels equal to the baseline (black findings with a black baseline); noisy on deep ReLU networks.',
    classInsensitive: false
  },
  citation: sundararajan2017,
  needs: ['gradient', 'baseline'],
  params,
  passes: ({ steps, baseline }) => steps * (baseline === 'black-white' ? 2 : 1) + 1,
  async attribute(context, { steps, rule, baseline }) {
    const baselines = await resolveBaselines('integrated-gradients.baseline', baseline, context)
    const points = quadrature(rule, steps)
    const sum = new Float64Array(context.input.data.length)
    for (const [index, from] of baselines.entries()) {
      const job = subJob(context.job, (done, total) =>
        context.job.progress('steps', index * total + done, baselines.length * total)
      )
      await addPath({ ...context, job }, from, points, sum)
    }
    const map = { data: Float32Array.from(sum, (value) => value / baselines.length), shape: context.input.shape }
    return { map, notes: await completeness(context, baselines, map) }
  }
}

/** Adds (x − baseline) · Σ weight · gradient(baseline + alpha · (x − baseline)) to `sum`. */
async function addPath(
  context: AttributionContext,
  from: Tensor,
  points: Quadrature,
  sum: Float64Array
): Promise<void> {
  const { input, job } = context
  const size = input.data.length
  const difference = input.data.map((value, index) => value - from.data[index])
  const total = points.alphas.length
  const gradientSum = new Float64Array(size)
  const chunk = chunkSize(size, stepsAtOnce)
  for (let first = 0; first < total; first += chunk) {
    throwIfCancelled(job)
    const count = Math.min(chunk, total - first)
    const batch = new Float32Array(count * size)
    for (let step = 0; step < count; step++) {
      const alpha = points.alphas[first + step]
      const offset = step * size
      for (let index = 0; index < size; index++) batch[offset + index] = from.data[index] + alpha * difference[index]
    }
    const gradient = await inputGradient(
      { ...context, input: { data: batch, shape: [count, ...input.shape.slice(1)] } },
      'gradient'
    )
    for (let step = 0; step < count; step++) {
      const weight = points.weights[first + step]
      const offset = step * size
      for (let index = 0; index < size; index++) gradientSum[index] += weight * gradient.data[offset + index]
    }
    job.progress('steps', first + count, total)
  }
  for (let index = 0; index < size; index++) sum[index] += gradientSum[index] * difference[index]
}

/** Sum of the map against the change of the score from the baselines to the image (mean over the baselines). */
async function completeness(
  context: AttributionContext,
  baselines: readonly Tensor[],
  map: Tensor
): Promise<Record<string, number>> {
  const { model, input, start, of, job } = context
  const scores = await model.predict(stack([input, ...baselines]), of, job)
  const outputs = scores.shape[1]
  const explained = (rowIndex: number): number => {
    let value = 0
    for (let output = 0; output < outputs; output++)
      value += start.data[output] * scores.data[rowIndex * outputs + output]
    return value
  }
  const baseScore = baselines.reduce((total, _, index) => total + explained(index + 1), 0) / baselines.length
  const change = explained(0) - baseScore
  const attributed = map.data.reduce((total, value) => total + value, 0)
  return { scoreChange: change, attributed, completenessDelta: attributed - change }
}
