import * as v from 'valibot'
import type { AttributionMethod } from '@engine/attribution/method'
import { relevanceMap } from '@engine/attribution/methods/relevance'
import { bach2015 } from '@engine/attribution/relevance-citations'
import { batchnormParam, epsilonParam, startParam } from '@engine/attribution/relevance-params'

const params = v.object({
  epsilon: epsilonParam(),
  batchnorm: batchnormParam(),
  start: startParam()
})

export const lrpEpsilon: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'lrp-epsilon',
  title: 'LRP-ε',
  group: 'Relevance propagation',
  words: {
    shows:
      'The score handed back layer by layer, each unit in proportion to what it contributed: signed shares per pixel.',
    goodFor: 'Seeing what speaks for and what against the class in a shallow or well-regularised network.',
    notFor: 'Very deep networks with a tiny epsilon: contributions cancel and their quotients explode.',
    failureModes:
      'Close to input × gradient on ReLU networks, as noisy as it. With epsilon 1e-6 rounding errors of single precision can be seen; 0.1 is steadier.',
    classInsensitive: false
  },
  citation: bach2015,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 2,
  attribute: (context, settings) => relevanceMap(context, { id: 'lrp-epsilon', ...settings })
}
