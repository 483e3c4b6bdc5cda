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

export const lrpEpsilonAlpha2Beta1: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'lrp-epsilon-alpha2-beta1',
  title: 'LRP ε-α2β1',
  group: 'Relevance propagation',
  words: {
    shows:
      'Relevance by ε in dense layers, α2β1 in convolutions: support counted twice, contradiction once and subtracted.',
    goodFor: 'Contrasted maps of what excites and what inhibits.',
    notFor: 'Adding up: amplitudes grow where nothing contradicts.',
    failureModes: 'Grainy in deep networks; the size of the values cannot be compared between networks.',
    classInsensitive: false
  },
  citation: anders2021,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 5,
  attribute: (context, settings) => relevanceMap(context, { id: 'lrp-epsilon-alpha2-beta1', ...settings })
}
