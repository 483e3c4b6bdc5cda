import { adebayo2018local } from '@engine/attribution/citations'
import type { Wrapper } from '@engine/attribution/wrapper'
import { overSamples } from '@engine/attribution/wrappers/sampled'
import { defaultSamples, type SampledParams, sampledParams } from '@engine/attribution/wrappers/sampled-params'

export const variance: Wrapper<SampledParams> = {
  id: 'var',
  title: 'VarGrad',
  words: {
    shows: 'How much the map varies over noisy copies of the image.',
    goodFor: 'Seeing where the explanation is unstable.',
    notFor: 'Telling for from against: a variance has no sign.',
    failureModes: 'High at kinks of the network, whatever they mean; the noise level is part of the result.',
    classInsensitive: false
  },
  citation: adebayo2018local,
  prefix: 'sg',
  params: sampledParams,
  repeats: ({ samples }) => samples ?? defaultSamples,
  apply: (inner, context, params) =>
    overSamples(inner, context, params, ({ mean, square }) => Math.max(0, square - mean * mean))
}
