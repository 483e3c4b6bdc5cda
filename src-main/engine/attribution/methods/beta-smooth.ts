import * as v from 'valibot'
import type { AttributionMethod } from '@engine/attribution/method'
import { inputGradient } from '@engine/attribution/methods/input-gradient'
import { numberParam } from '@engine/attribution/param'
import { dombrowski2019 } from '@engine/attribution/relevance-citations'

const params = v.object({
  beta: numberParam(
    {
      title: 'Sharpness',
      description: 'Of the softplus in place of ReLU; large values come close to the plain gradient.'
    },
    { default: 10, min: 0.001, max: 10_000 }
  )
})

export const betaSmooth: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'beta-smooth',
  title: 'Beta-smooth gradient',
  group: 'Pixel detail',
  words: {
    shows: 'The gradient with the kink of every ReLU rounded off on the way back.',
    goodFor: 'A steadier gradient in one pass; less open to manipulation than the plain one.',
    notFor: 'Networks without ReLU: then it is the plain gradient.',
    failureModes:
      'Not the gradient of any function: the forward pass keeps its kinks. Small values wash out the class.',
    classInsensitive: false
  },
  citation: dombrowski2019,
  needs: ['gradient', 'relu'],
  params,
  batched: true,
  passes: () => 1,
  attribute: async (context, { beta }) => ({ map: await inputGradient(context, { id: 'beta-smooth', beta }) })
}
