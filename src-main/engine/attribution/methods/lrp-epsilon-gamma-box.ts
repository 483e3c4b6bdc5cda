import * as v from 'valibot'
import type { AttributionMethod } from '@engine/attribution/method'
import { relevanceMap } from '@engine/attribution/methods/relevance'
import { anders2021 } from '@engine/attribution/relevance-citations'
import {
  batchnormParam,
  epsilonParam,
  gammaParam,
  highParam,
  lowParam,
  startParam
} from '@engine/attribution/relevance-params'

const params = v.object({
  epsilon: epsilonParam(),
  gamma: gammaParam(),
  low: lowParam(),
  high: highParam(),
  batchnorm: batchnormParam(),
  start: startParam()
})

export const lrpEpsilonGammaBox: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'lrp-epsilon-gamma-box',
  title: 'LRP ε-γ-box',
  group: 'Relevance propagation',
  words: {
    shows:
      'Relevance by ε in dense layers, γ in convolutions, and a rule for the first layer that knows the range of the pixels.',
    goodFor: 'The composite the authors of LRP recommend for images.',
    notFor: 'Inputs whose range is not known: the lowest and highest value decide where relevance can go.',
    failureModes:
      'A wrong range shifts relevance onto the background. Where the image is black, contributions against black show.',
    classInsensitive: false
  },
  citation: anders2021,
  needs: ['gradient'],
  params,
  batched: true,
  passes: () => 6,
  attribute: (context, settings) => relevanceMap(context, { id: 'lrp-epsilon-gamma-box', ...settings })
}
