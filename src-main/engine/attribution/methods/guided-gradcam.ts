import * as v from 'valibot'
import { selvaraju2017 } from '@engine/attribution/citations'
import type { AttributionMethod } from '@engine/attribution/method'
import { camCells } from '@engine/attribution/methods/cam-method'
import { positivePart, unitRange } from '@engine/attribution/methods/cam-scaling'
import { gradcamDefinition } from '@engine/attribution/methods/gradcam'
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
    const { maps, notes } = await camCells(gradcamDefinition, context, layer)
    const guided = await inputGradient(context, 'guided-backprop')
    const spatial = context.model.inputShape.slice(1)
    const positive = maps.map(positivePart)
    // Units of layers do not compare: several are brought to 0–1 before their mean.
    const masks = (positive.length === 1 ? positive : positive.map((map) => unitRange(map))).map((map) =>
      upsample(map, spatial, upsampling)
    )
    return { map: timesMasks(guided, masks), ...(maps.length === 1 ? { layer: maps[0] } : {}), notes }
  }
}

/** `[N, C, ...]` times the mean of masks `[N, 1, ...]`. */
function timesMasks(map: Tensor, masks: readonly Tensor[]): Tensor {
  const size = elementCount(map.shape.slice(2))
  const channels = map.shape[1]
  const data = new Float32Array(map.data.length)
  for (let plane = 0; plane < map.data.length / size; plane++) {
    const maskOffset = Math.floor(plane / channels) * size
    for (let index = 0; index < size; index++) {
      let mask = 0
      for (const one of masks) mask += one.data[maskOffset + index] / masks.length
      data[plane * size + index] = map.data[plane * size + index] * mask
    }
  }
  return { data, shape: map.shape }
}
