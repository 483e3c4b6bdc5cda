import { muhammad2020 } from '@engine/attribution/cam-citations'
import { camMethod } from '@engine/attribution/methods/cam-method'
import { eigenCells } from '@engine/attribution/methods/eigen-cells'

/** First principal component of the activations; asks neither for a gradient nor for a class. */
export const eigencam = camMethod({
  id: 'eigencam',
  title: 'Eigen-CAM',
  group: 'Where the model looks',
  words: {
    shows: 'The strongest common pattern of the layer: what stands out to the model, whatever the class.',
    goodFor: 'A look at what a layer responds to when gradients are not available.',
    notFor: 'Why the model says one class rather than another: the class is not asked.',
    failureModes:
      'The same map for every class, and its sign is arbitrary: here it is turned to rise with the layer’s total activation.',
    classInsensitive: true
  },
  citation: muhammad2020,
  withGradient: false,
  batched: true,
  passes: () => 1,
  cells: (layer) => ({ cells: eigenCells(layer, layer.activation.data) })
})
