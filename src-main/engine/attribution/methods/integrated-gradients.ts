import * as v from 'valibot'
import { resolveBaselines } from '@engine/attribution/baseline'
import { sundararajan2017 } from '@engine/attribution/citations'
import { completeness } from '@engine/attribution/completeness'
import type { AttributionMethod } from '@engine/attribution/method'
import { pathIntegral } from '@engine/attribution/methods/path-integral'
import { baselineParam, choiceParam, integerParam } from '@engine/attribution/param'
import { pathRules, quadrature } from '@engine/attribution/quadrature'

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
    const map = await pathIntegral(context, baselines, quadrature(rule, steps))
    return { map, notes: await completeness(context, baselines, map) }
  }
}
