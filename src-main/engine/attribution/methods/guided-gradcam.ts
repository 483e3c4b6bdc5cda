import * as v from 'valibot'
import { selvaraju2017 } from '@engine/attribution/citations'
import type { AttributionMethod } from '@engine/attribution/method'
import { chosenLayer, gradCamLayer, positivePart } from '@engine/attribution/methods/cam'
import { inputGradient } from '@engine/attribution/methods/input-gradient'
import { choiceParam, layerParam } from '@engine/attribution/param'
import { upsample } from '@engine/attribution/upsample'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

const params = v.object({
  layer: layerParam(),
  upsampling: choiceParam(
    { title: 'Enlarging', description: 'How the cells of the layer are enlarged to the image before the product.' },
    ['linear', 'nearest'],
    'linear'
  )
})

export const guidedGradcam: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'guided-gradcam',
  title: 'Guided Grad-CAM',
  group: 'Pixel detail',
  words: {
    shows: 'The fine edges of guided backpropagation, kept only where Grad-CAM points.',
    goodFor: 'A sharper picture inside the area Grad-CAM found.',
    notFor: 'Judging which edges matter: inside the area it inherits the blindness of guided backpropagation.',
    failureModes: 'Sharp looks come from the image, not from the weights; empty where Grad-CAM is empty.',
    classInsensitive: true
  },
  citation: selvaraju2017,
  needs: ['gradient', 'layer', 'relu'],
  params,
  batched: true,
  passes: () => 2,
  async attribute(context, { layer, upsampling }) {
    const name = chosenLayer(context, layer)
    const cells = await gradCamLayer(context, name)
    const guided = await inputGradient(context, 'guided-backprop')
    const mask = upsample(positivePart(cells), context.model.inputShape.slice(1), upsampling)
    return { map: timesMask(guided, mask), layer: cells, notes: { layer: name } }
  }
}

/** `[N, C, ...]` times `[N, 1, ...]`. */
function timesMask(map: Tensor, mask: Tensor): Tensor {
  const size = elementCount(map.shape.slice(2))
  const channels = map.shape[1]
  const data = new Float32Array(map.data.length)
  for (let plane = 0; plane < map.data.length / size; plane++) {
    const maskOffset = Math.floor(plane / channels) * size
    for (let index = 0; index < size; index++)
      data[plane * size + index] = map.data[plane * size + index] * mask.data[maskOffset + index]
  }
  return { data, shape: map.shape }
}
