import * as v from 'valibot'
import type { AttributionMethod } from '@engine/attribution/method'
import { relevanceMap } from '@engine/attribution/methods/relevance'
import { montavon2017 } from '@engine/attribution/relevance-citations'
import { batchnormParam, epsilonParam, startParam } from '@engine/attribution/relevance-params'

const params = v.object({
  epsilon: epsilonParam(),
  batchnorm: batchnormParam(),
  start: startParam('logit')
})

export const lrpZPlus: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'lrp-zplus',
  title: 'LRP-z⁺',
  group: 'Relevance propagation',
  words: {
    shows:
      'Where the score comes from when only what speaks for something is followed, down to the pixels; nothing is lost.',
    goodFor: 'Smooth maps that add up to the score; the LRP-ε-z⁺ of region-based studies.',
    notFor: 'Evidence against a class, and telling similar classes apart: negative weights are never followed.',
    failureModes:
      'Nearly the same for every class and little changed by random upper layers (Sixt 2020): it can look right for any model.',
    classInsensitive: true
  },
  citation: montavon2017,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 3,
  attribute: (context, settings) => relevanceMap(context, { id: 'lrp-zplus', ...settings })
}
