import { chattopadhay2018 } from '@engine/attribution/cam-citations'
import { camMethod } from '@engine/attribution/methods/cam-method'
import { perPlane, weightedSum } from '@engine/attribution/methods/cam-sums'

/** Guards the closed form against 0 ÷ 0, as pytorch-grad-cam does. */
const epsilon = 1e-6

/** Weights Σ α·max(g, 0) with α = g² ÷ (2g² + (ΣA)·g³ + ε), the published closed form on the gradient of the explained score. */
export const gradcamPlusPlus = camMethod({
  id: 'gradcam-plus-plus',
  title: 'Grad-CAM++',
  group: 'Where the model looks',
  words: {
    shows:
      'Like Grad-CAM, with places of positive influence weighing more: several findings of one kind show more evenly.',
    goodFor: 'Images in which the same finding occurs in more than one place.',
    notFor: 'Evidence against a class: negative influence is left out of the weights.',
    failureModes:
      'Highlights more than the decision needs, and often nearly the same area for competing classes; derived for exp(score).',
    classInsensitive: false
  },
  citation: chattopadhay2018,
  withGradient: true,
  batched: true,
  passes: () => 1,
  cells: (layer) => {
    const { activation, gradient } = layer
    const weights = perPlane(layer, ({ offset, size }) => {
      let total = 0
      for (let index = offset; index < offset + size; index++) total += activation.data[index]
      let weight = 0
      for (let index = offset; index < offset + size; index++) {
        const g = gradient.data[index]
        if (g > 0) weight += (g * g * g) / (2 * g * g + total * g * g * g + epsilon)
      }
      return weight
    })
    return { cells: weightedSum(layer, weights) }
  }
})
