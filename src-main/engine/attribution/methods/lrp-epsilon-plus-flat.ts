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

export const lrpEpsilonPlusFlat: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'lrp-epsilon-plus-flat',
  title: 'LRP ε-plus, flat',
  group: 'Relevance propagation',
  words: {
    shows: 'Relevance by ε and z⁺, spread evenly over the window of the first layer.',
    goodFor: 'Smooth maps that show regions rather than the pixel pattern of the image.',
    notFor: 'Details finer than the first layer’s window.',
    failureModes: 'Brightness of single pixels plays no part; as little class-specific as LRP ε-plus.',
    classInsensitive: false
  },
  citation: anders2021,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 3,
  attribute: (context, settings) => relevanceMap(context, { id: 'lrp-epsilon-plus-flat', ...settings })
}
