import * as v from 'valibot'
import type { AttributionMethod } from '@engine/attribution/method'
import { relevanceMap } from '@engine/attribution/methods/relevance'
import { anders2021 } from '@engine/attribution/relevance-citations'
import { batchnormParam, epsilonParam, startParam } from '@engine/attribution/relevance-params'

const params = v.object({
  epsilon: epsilonParam(),
  batchnorm: batchnormParam(),
  start: startParam()
})

export const lrpEpsilonAlpha2Beta1Flat: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'lrp-epsilon-alpha2-beta1-flat',
  title: 'LRP ε-α2β1, flat',
  group: 'Relevance propagation',
  words: {
    shows: 'Relevance by ε and α2β1, spread evenly over the window of the first layer.',
    goodFor: 'The contrast of α2β1 without the pixel pattern of the image.',
    notFor: 'Details finer than the first layer’s window.',
    failureModes: 'Amplitudes grow with depth, and neighbouring opposite signs cancel when they are spread.',
    classInsensitive: false
  },
  citation: anders2021,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 5,
  attribute: (context, settings) => relevanceMap(context, { id: 'lrp-epsilon-alpha2-beta1-flat', ...settings })
}
