import * as v from 'valibot'
import { shrikumar2017 } from '@engine/attribution/citations'
import type { AttributionMethod } from '@engine/attribution/method'
import { inputGradient } from '@engine/attribution/methods/input-gradient'

export const inputXGradient: AttributionMethod = {
  id: 'input-x-gradient',
  title: 'Input × gradient',
  group: 'Pixel detail',
  words: {
    shows: 'The gradient weighted by the pixel’s own value: a first guess at its share of the score.',
    goodFor: 'A quick signed estimate of contributions when zero means "nothing there".',
    notFor: 'Images whose zero is mid-grey after normalisation: dark and bright areas then count equally.',
    failureModes: 'Always zero where the normalised input is zero; depends on how the input was normalised.',
    classInsensitive: false
  },
  citation: shrikumar2017,
  needs: ['gradient'],
  params: v.object({}),
  batched: true,
  passes: () => 1,
  async attribute(context) {
    const gradient = await inputGradient(context, 'gradient')
    return {
      map: { data: gradient.data.map((value, index) => value * context.input.data[index]), shape: gradient.shape }
    }
  }
}
