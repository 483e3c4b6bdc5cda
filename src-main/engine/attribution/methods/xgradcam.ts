import { fu2020 } from '@engine/attribution/cam-citations'
import { camMethod } from '@engine/attribution/methods/cam-method'
import { perPlane, weightedSum } from '@engine/attribution/methods/cam-sums'

/** Guards the division against an activation that sums to 0, as pytorch-grad-cam does. */
const epsilon = 1e-7

/** Weights Σ g·A ÷ (ΣA + ε): every channel's gradient averaged with its activation as weight. */
export const xgradcam = camMethod({
  id: 'xgradcam',
  title: 'XGrad-CAM',
  group: 'Where the model looks',
  words: {
    shows: 'Like Grad-CAM, but each channel counts with the gradient at the places where it is active.',
    goodFor: 'A Grad-CAM whose values add up to the first-order share of the layer in the score.',
    notFor: 'Layers with negative values: the weights divide by a sum that can come near zero.',
    failureModes: 'Unstable where a channel’s activations cancel out; take a layer behind a ReLU.',
    classInsensitive: false
  },
  citation: fu2020,
  withGradient: true,
  batched: true,
  passes: () => 1,
  cells: (layer) => {
    const { activation, gradient } = layer
    const weights = perPlane(layer, ({ offset, size }) => {
      let [total, share] = [0, 0]
      for (let index = offset; index < offset + size; index++) {
        total += activation.data[index]
        share += gradient.data[index] * activation.data[index]
      }
      return share / (total + epsilon)
    })
    return { cells: weightedSum(layer, weights) }
  }
})
