import { gildenblat2021 } from '@engine/attribution/cam-citations'
import { camMethod } from '@engine/attribution/methods/cam-method'
import { eigenCells } from '@engine/attribution/methods/eigen-cells'

/** First principal component of gradient ⊙ activation. */
export const eigengradcam = camMethod({
  id: 'eigengradcam',
  title: 'Eigen-Grad-CAM',
  group: 'Where the model looks',
  words: {
    shows:
      'The strongest common pattern of the shares in the score: Eigen-CAM with the class brought in by its gradient.',
    goodFor: 'A cleaner picture than HiResCAM where its cells are noisy.',
    notFor: 'Amounts: a principal component has no unit and does not add up to the score.',
    failureModes:
      'The sign is arbitrary: here it is turned to rise with the summed shares, which can be close to a tie.',
    classInsensitive: false
  },
  citation: gildenblat2021,
  withGradient: true,
  batched: true,
  passes: () => 1,
  cells: (layer) => {
    const { activation, gradient } = layer
    return {
      cells: eigenCells(
        layer,
        activation.data.map((value, index) => value * gradient.data[index])
      )
    }
  }
})
