import * as v from 'valibot'
import { selvaraju2017 } from '@engine/attribution/citations'
import type { AttributionMethod } from '@engine/attribution/method'
import { camCells } from '@engine/attribution/methods/cam-method'
import { meanOf, positivePart, unitRange } from '@engine/attribution/methods/cam-scaling'
import { gradcamDefinition } from '@engine/attribution/methods/gradcam'
import { inputGradient } from '@engine/attribution/methods/input-gradient'
import { visualisedProduct } from '@engine/attribution/methods/visualised-product'
import { choiceParam, layerParam } from '@engine/attribution/param'
import { upsample } from '@engine/attribution/upsample'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

const params = v.object({
  layer: layerParam(),
  upsampling: choiceParam(
    { title: 'Enlarging', description: 'How the cells of the layer are enlarged to the image before the product.' },
    ['linear', 'nearest'],
    'linear'
  ),
  product: choiceParam(
    {
      title: 'Product',
      description:
        'channels: each channel of guided backpropagation times Grad-CAM; visualised: both as grey pictures first (magnitudes, 99th percentile, 0–1), as Arun et al.'
    },
    ['channels', 'visualised'],
    'channels'
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
  async attribute(context, { layer, upsampling, product }) {
    const { maps, notes } = await camCells(gradcamDefinition, context, layer)
    const guided = await inputGradient(context, 'guided-backprop')
    const spatial = context.model.inputShape.slice(1)
    const positive = maps.map(positivePart)
    // Units of layers do not compare: several are brought to 0–1 before their mean.
    const mask = meanOf(
      (positive.length === 1 ? positive : positive.map((map) => unitRange(map))).map((map) =>
        upsample(map, spatial, upsampling)
      )
    )
    const map = product === 'visualised' ? visualisedProduct(guided, mask) : timesMask(guided, mask)
    return { map, ...(maps.length === 1 ? { layer: maps[0] } : {}), notes }
  }
}

/** `[N, C, ...]` times a mask `[N, 1, ...]`. */
function timesMask(map: Tensor, mask: Tensor): Tensor {
  const size = elementCount(map.shape.slice(2))
  const perRow = size * map.shape[1]
  const data = map.data.map((value, index) => value * mask.data[Math.floor(index / perRow) * size + (index % size)])
  return { data, shape: map.shape }
}
