import { hooker2019 } from '@engine/attribution/citations'
import type { Wrapper } from '@engine/attribution/wrapper'
import { overSamples } from '@engine/attribution/wrappers/sampled'
import { defaultSamples, type SampledParams, sampledParams } from '@engine/attribution/wrappers/sampled-params'

export const smoothgradSquared: Wrapper<SampledParams> = {
  id: 'sg2',
  title: 'SmoothGrad squared',
  words: {
    shows: 'The mean of the squared map over noisy copies of the image.',
    goodFor: 'A calm map of where the model is sensitive; often the best localiser of the gradient family.',
    notFor: 'Telling for from against: squares have no sign.',
    failureModes: 'A few strong copies can dominate; the noise level is part of the result.',
    classInsensitive: false
  },
  citation: hooker2019,
  prefix: 'sg',
  params: sampledParams,
  repeats: ({ samples }) => samples ?? defaultSamples,
  apply: (inner, context, params) => overSamples(inner, context, params, ({ square }) => square)
}
