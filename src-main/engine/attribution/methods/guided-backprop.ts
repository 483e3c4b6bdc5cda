import * as v from 'valibot'
import { springenberg2015 } from '@engine/attribution/citations'
import type { AttributionMethod } from '@engine/attribution/method'
import { inputGradient } from '@engine/attribution/methods/input-gradient'

export const guidedBackprop: AttributionMethod = {
  id: 'guided-backprop',
  title: 'Guided backpropagation',
  group: 'Pixel detail',
  words: {
    shows: 'A gradient that keeps only positive influence at every ReLU; looks like a sharpened image.',
    goodFor: 'Showing which edges reach the deeper layers.',
    notFor: 'Telling classes apart, or judging what the decision rests on.',
    failureModes:
      'Nearly the same map for every class and for random weights (Adebayo 2018): it can look right for any model.',
    classInsensitive: true
  },
  citation: springenberg2015,
  needs: ['gradient', 'relu'],
  params: v.object({}),
  batched: true,
  passes: () => 1,
  attribute: async (context) => ({ map: await inputGradient(context, 'guided-backprop') })
}
