import * as v from 'valibot'
import type { AttributionMethod } from '@engine/attribution/method'
import { relevanceMap } from '@engine/attribution/methods/relevance'
import { bach2015 } from '@engine/attribution/relevance-citations'
import { batchnormParam, startParam } from '@engine/attribution/relevance-params'

const params = v.object({
  batchnorm: batchnormParam(),
  start: startParam()
})

export const lrpAlpha2Beta1: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'lrp-alpha2-beta1',
  title: 'LRP-α2β1',
  group: 'Relevance propagation',
  words: {
    shows: 'Supporting contributions counted twice, contradicting ones once and subtracted, in every layer.',
    goodFor: 'Comparison with the first LRP studies of images.',
    notFor: 'Networks with many layers without contradiction: relevance doubles where nothing is subtracted.',
    failureModes:
      'The map no longer adds up to the score; amplitudes grow with depth. Positive parts change little between classes.',
    classInsensitive: true
  },
  citation: bach2015,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 5,
  attribute: (context, settings) => relevanceMap(context, { id: 'lrp-alpha2-beta1', ...settings })
}
