import * as v from 'valibot'
import type { AttributionMethod } from '@engine/attribution/method'
import { relevanceMap } from '@engine/attribution/methods/relevance'
import { lapuschkin2019 } from '@engine/attribution/relevance-citations'
import { batchnormParam, startParam } from '@engine/attribution/relevance-params'

const params = v.object({
  batchnorm: batchnormParam(),
  start: startParam()
})

export const lrpFlat: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'lrp-flat',
  title: 'LRP-flat',
  group: 'Relevance propagation',
  words: {
    shows: 'Relevance spread evenly over everything a unit can see, in every layer.',
    goodFor: 'A reference: what windows and strides alone make visible (checkerboards, borders).',
    notFor: 'Explaining a decision: neither weights nor image enter, but through max pooling.',
    failureModes: 'Bright in the middle for any image, model and class.',
    classInsensitive: true
  },
  citation: lapuschkin2019,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 3,
  attribute: (context, settings) => relevanceMap(context, { id: 'lrp-flat', ...settings })
}
