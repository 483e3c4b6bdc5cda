import * as v from 'valibot'
import type { AttributionMethod } from '@engine/attribution/method'
import { relevanceMap } from '@engine/attribution/methods/relevance'
import { montavon2017 } from '@engine/attribution/relevance-citations'
import { batchnormParam, startParam } from '@engine/attribution/relevance-params'

const params = v.object({
  batchnorm: batchnormParam(),
  start: startParam()
})

export const lrpWSquare: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'lrp-wsquare',
  title: 'LRP-w²',
  group: 'Relevance propagation',
  words: {
    shows: 'Relevance shared by the squared weights alone, in every layer.',
    goodFor: 'A reference: what the architecture and its weights do without the image.',
    notFor: 'Explaining a decision: the image enters through max pooling only.',
    failureModes: 'Shows the receptive field of the class, whatever is in the image.',
    classInsensitive: true
  },
  citation: montavon2017,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 4,
  attribute: (context, settings) => relevanceMap(context, { id: 'lrp-wsquare', ...settings })
}
