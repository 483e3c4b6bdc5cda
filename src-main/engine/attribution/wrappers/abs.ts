import * as v from 'valibot'
import { simonyan2014 } from '@engine/attribution/citations'
import type { Wrapper } from '@engine/attribution/wrapper'
import type { Tensor } from '@engine/tensor/tensor'

const magnitude = (map: Tensor): Tensor => ({ data: map.data.map(Math.abs), shape: map.shape })

export const abs: Wrapper = {
  id: 'abs',
  title: 'Magnitude',
  words: {
    shows: 'The size of each value without its sign.',
    goodFor: 'Comparing methods whose signs mean different things.',
    notFor: 'Telling what speaks for from what speaks against the finding.',
    failureModes: 'Evidence against a finding looks the same as evidence for it.',
    classInsensitive: false
  },
  citation: simonyan2014,
  prefix: 'abs',
  params: v.object({}),
  repeats: () => 1,
  async apply(inner, context) {
    const attribution = await inner(context)
    return {
      ...attribution,
      map: magnitude(attribution.map),
      ...(attribution.layer === undefined ? {} : { layer: magnitude(attribution.layer) })
    }
  }
}
