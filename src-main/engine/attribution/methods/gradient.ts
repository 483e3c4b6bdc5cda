import * as v from 'valibot'
import { simonyan2014 } from '@engine/attribution/citations'
import type { AttributionMethod } from '@engine/attribution/method'
import { inputGradient } from '@engine/attribution/methods/input-gradient'

export const gradient: AttributionMethod = {
  id: 'gradient',
  title: 'Gradient',
  group: 'Pixel detail',
  words: {
    shows: 'How much the score would change if a pixel became a little brighter.',
    goodFor: 'Seeing which small changes the model reacts to; the base of most other methods.',
    notFor: 'Reading off how much a region contributed to the score.',
    failureModes: 'Noisy in deep networks; weak where the model is already certain (saturation).',
    classInsensitive: false
  },
  citation: simonyan2014,
  needs: ['gradient'],
  params: v.object({}),
  batched: true,
  passes: () => 1,
  attribute: async (context) => ({ map: await inputGradient(context, 'gradient') })
}
