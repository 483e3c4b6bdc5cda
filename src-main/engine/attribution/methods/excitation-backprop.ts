import * as v from 'valibot'
import type { AttributionMethod } from '@engine/attribution/method'
import { relevanceMap } from '@engine/attribution/methods/relevance'
import { zhang2016 } from '@engine/attribution/relevance-citations'
import { batchnormParam } from '@engine/attribution/relevance-params'

const params = v.object({
  batchnorm: batchnormParam()
})

export const excitationBackprop: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'excitation-backprop',
  title: 'Excitation backprop',
  group: 'Relevance propagation',
  words: {
    shows:
      'Probabilities handed down from the class: each unit is chosen in proportion to how much it excited the one above.',
    goodFor: 'Coarse, positive maps of what excites the class.',
    notFor: 'Evidence against a class; the same weights as LRP-z⁺ are followed.',
    failureModes: 'Nearly the same for every class; biases with a positive value swallow part of the probability.',
    classInsensitive: true
  },
  citation: zhang2016,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 3,
  attribute: (context, settings) => relevanceMap(context, { id: 'excitation-backprop', ...settings })
}
