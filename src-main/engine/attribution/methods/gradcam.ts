import { selvaraju2017 } from '@engine/attribution/citations'
import { type CamDefinition, camMethod } from '@engine/attribution/methods/cam-method'
import { perPlane, weightedSum } from '@engine/attribution/methods/cam-sums'

/** Σ_k (mean over all places of ∂A_k) · A_k: one weight a channel, in 2-D and 3-D. */
export const gradcamDefinition: CamDefinition = {
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
  withGradient: true,
  batched: true,
  passes: () => 1,
  cells: (layer) => {
    const { data } = layer.gradient
    const weights = perPlane(layer, ({ offset, size }) => {
      let sum = 0
      for (let index = offset; index < offset + size; index++) sum += data[index]
      return sum / size
    })
    return { cells: weightedSum(layer, weights) }
  }
}

export const gradcam = camMethod(gradcamDefinition)
