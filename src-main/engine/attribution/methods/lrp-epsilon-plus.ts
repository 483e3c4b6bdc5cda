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

export const lrpEpsilonPlus: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'lrp-epsilon-plus',
  title: 'LRP ε-plus',
  group: 'Relevance propagation',
  words: {
    shows: 'Relevance by the ε rule in dense layers and by z⁺ in convolutions.',
    goodFor: 'Smooth maps that still depend on the class through the dense layers.',
    notFor: 'Networks without a dense end of several layers: then it is LRP-z⁺ but for one layer.',
    failureModes: 'Convolutions pass on support only, so maps of two classes differ less than the scores do.',
    classInsensitive: false
  },
  citation: anders2021,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 3,
  attribute: (context, settings) => relevanceMap(context, { id: 'lrp-epsilon-plus', ...settings })
}
