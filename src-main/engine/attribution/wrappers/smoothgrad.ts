import { smilkov2017 } from '@engine/attribution/citations'
import type { Wrapper } from '@engine/attribution/wrapper'
import { overSamples } from '@engine/attribution/wrappers/sampled'
import { defaultSamples, type SampledParams, sampledParams } from '@engine/attribution/wrappers/sampled-params'

export const smoothgrad: Wrapper<SampledParams> = {
  id: 'sg',
  title: 'SmoothGrad',
  words: {
    shows: 'The mean of the map over noisy copies of the image.',
    goodFor: 'Calming a speckled gradient map.',
    notFor: 'Saving time: it costs one run per copy.',
    failureModes:
      'Signed values cancel; too much noise shows the map of another image. The noise level is part of the result.',
    classInsensitive: false
  },
  citation: smilkov2017,
  prefix: 'sg',
  params: sampledParams,
  repeats: ({ samples }) => samples ?? defaultSamples,
  apply: (inner, context, params) => overSamples(inner, context, params, ({ mean }) => mean)
}
