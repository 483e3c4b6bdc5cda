import * as v from 'valibot'
import { zeiler2014 } from '@engine/attribution/citations'
import type { AttributionMethod } from '@engine/attribution/method'
import { inputGradient } from '@engine/attribution/methods/input-gradient'

export const deconvolution: AttributionMethod = {
  id: 'deconvolution',
  title: 'Deconvolution',
  group: 'Pixel detail',
  words: {
    shows: 'A backward pass that drops negative signals at every ReLU, whatever the image activated there.',
    goodFor: 'Comparison with older work.',
    notFor: 'Judging what the decision rests on.',
    failureModes:
      'Ignores which units were active, shows checkerboards below strided layers, hardly depends on the weights.',
    classInsensitive: true
  },
  citation: zeiler2014,
  needs: ['gradient', 'relu'],
  params: v.object({}),
  batched: true,
  passes: () => 1,
  attribute: async (context) => ({ map: await inputGradient(context, 'deconvolution') })
}
