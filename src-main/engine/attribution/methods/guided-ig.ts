import * as v from 'valibot'
import { resolveBaselines } from '@engine/attribution/baseline'
import { kapishnikov2021 } from '@engine/attribution/citations'
import { completeness } from '@engine/attribution/completeness'
import type { AttributionContext, AttributionMethod } from '@engine/attribution/method'
import { GuidedPath } from '@engine/attribution/methods/guided-path'
import { inputGradient } from '@engine/attribution/methods/input-gradient'
import { baselineParam, integerParam, numberParam } from '@engine/attribution/param'
import { throwIfCancelled } from '@engine/job'
import type { Tensor } from '@engine/tensor/tensor'

const params = v.object({
  steps: integerParam(
    { title: 'Steps', description: 'Stations on the path; the gradient is taken at each.' },
    { default: 200, min: 1, max: 2000 }
  ),
  fraction: numberParam(
    {
      title: 'Fraction',
      description: 'Share of the pixels, those with the least gradient, that move at a time.'
    },
    { default: 0.25, min: 0.001, max: 1 }
  ),
  'max-dist': numberParam(
    {
      title: 'Distance',
      description: 'How far a pixel may be ahead of or behind the straight path, as a share of the whole way.'
    },
    { default: 0.02, min: 0, max: 1 }
  ),
  baseline: baselineParam(
    {
      title: 'Baseline',
      description: 'Where the path starts: black, white, black-white (mean of both), an NPY file, or a number.'
    },
    'black'
  )
})
type Params = v.InferOutput<typeof params>

export const guidedIg: AttributionMethod<Params> = {
  id: 'guided-ig',
  title: 'Guided integrated gradients',
  group: 'Pixel detail',
  words: {
    shows: 'Integrated gradients along a path that moves first where the score reacts least.',
    goodFor: 'Calmer maps than integrated gradients: noise picked up on the way is smaller.',
    notFor: 'Comparing runs digit by digit: which pixels move first can turn on the last bit of a gradient.',
    failureModes:
      'The path is chosen by the model itself, so two models are explained along different paths; the baseline still decides what can light up.',
    classInsensitive: false
  },
  citation: kapishnikov2021,
  needs: ['gradient', 'baseline'],
  params,
  passes: ({ steps, baseline }) => (steps + 1) * (baseline === 'black-white' ? 2 : 1),
  async attribute(context, given) {
    const baselines = await resolveBaselines('guided-ig.baseline', given.baseline, context)
    const sum = new Float64Array(context.input.data.length)
    for (const [index, from] of baselines.entries()) {
      const done = index * given.steps
      const part = await alongPath(context, from, given, (step) =>
        context.job.progress('steps', done + step, baselines.length * given.steps)
      )
      for (let at = 0; at < sum.length; at++) sum[at] += part[at] / baselines.length
    }
    const map = { data: Float32Array.from(sum), shape: context.input.shape }
    return { map, notes: await completeness(context, baselines, map) }
  }
}

/** One gradient per station: the next point depends on it, so nothing can be joined to a batch. */
async function alongPath(
  context: AttributionContext,
  from: Tensor,
  { steps, fraction, 'max-dist': maxDistance }: Params,
  report: (step: number) => void
): Promise<Float64Array> {
  const { input, job } = context
  const path = new GuidedPath(input.data, from.data, { steps, fraction, maxDistance })
  for (let step = 0; step < steps; step++) {
    throwIfCancelled(job)
    const here = { data: Float32Array.from(path.position), shape: input.shape }
    path.advance(step, (await inputGradient({ ...context, input: here }, 'gradient')).data)
    report(step + 1)
  }
  return path.attribution
}
