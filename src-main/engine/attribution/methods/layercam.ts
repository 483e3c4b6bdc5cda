import { jiang2021 } from '@engine/attribution/cam-citations'
import { camMethod } from '@engine/attribution/methods/cam-method'
import { elementwiseSum } from '@engine/attribution/methods/cam-sums'

/** Σ_k max(∂A_k, 0) ⊙ A_k, place by place. */
export const layercam = camMethod({
  id: 'layercam',
  title: 'LayerCAM',
  group: 'Where the model looks',
  words: {
    shows: 'Cells of the layer that are active and whose increase would raise the score.',
    goodFor: 'Earlier, finer layers, where Grad-CAM turns to noise: coarse and fine layers can be joined.',
    notFor: 'Evidence against a class: negative influence is dropped.',
    failureModes: 'Earlier layers draw edges and textures of the image; a fine map is not a better founded one.',
    classInsensitive: false
  },
  citation: jiang2021,
  withGradient: true,
  batched: true,
  passes: () => 1,
  cells: (layer) => ({ cells: elementwiseSum(layer, (value, gradient) => Math.max(0, gradient) * value) })
})
