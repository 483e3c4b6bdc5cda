import * as v from 'valibot'
import type { AttributionMethod } from '@engine/attribution/method'
import { relevanceMap } from '@engine/attribution/methods/relevance'
import { montavon2019 } from '@engine/attribution/relevance-citations'
import { batchnormParam, gammaParam, startParam } from '@engine/attribution/relevance-params'

const params = v.object({
  gamma: gammaParam(),
  batchnorm: batchnormParam(),
  start: startParam()
})

export const lrpGamma: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'lrp-gamma',
  title: 'LRP-γ',
  group: 'Relevance propagation',
  words: {
    shows: 'Layer-wise relevance in which supporting contributions count more than contradicting ones.',
    goodFor: 'A compromise between the noise of LRP-ε and the blindness of LRP-z⁺.',
    notFor: 'Reading off exact shares: the boost is a choice, not a property of the model.',
    failureModes: 'Depends on gamma; large values approach LRP-z⁺ and its indifference to the class.',
    classInsensitive: false
  },
  citation: montavon2019,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 5,
  attribute: (context, settings) => relevanceMap(context, { id: 'lrp-gamma', ...settings })
}
