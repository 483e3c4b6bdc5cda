import * as v from 'valibot'
import { selvaraju2017 } from '@engine/attribution/citations'
import type { AttributionMethod } from '@engine/attribution/method'
import { chosenLayer, gradCamLayer, positivePart } from '@engine/attribution/methods/cam'
import { layerParam } from '@engine/attribution/param'
import { upsample } from '@engine/attribution/upsample'

const params = v.object({ layer: layerParam() })

export const gradcam: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'gradcam',
  title: 'Grad-CAM',
  group: 'Recommended',
  words: {
    shows: 'Where a late image-like layer of the model supports the finding: coarse, smooth, class-specific.',
    goodFor: 'Pointing to the place the decision rests on.',
    notFor: 'The extent or the outline of a finding: one cell of the layer covers many pixels.',
    failureModes:
      'Empty when every location speaks against the class; the enlarged cells look smoother than what the model knows.',
    classInsensitive: false
  },
  citation: selvaraju2017,
  needs: ['gradient', 'layer'],
  params,
  batched: true,
  passes: () => 1,
  async attribute(context, { layer }) {
    const name = chosenLayer(context, layer)
    const cells = await gradCamLayer(context, name)
    const map = upsample(positivePart(cells), context.model.inputShape.slice(1), 'linear')
    return { map, layer: cells, notes: { layer: name } }
  }
}
