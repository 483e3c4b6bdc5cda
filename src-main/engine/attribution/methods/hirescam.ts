import { draelos2020 } from '@engine/attribution/cam-citations'
import { camMethod } from '@engine/attribution/methods/cam-method'
import { elementwiseSum } from '@engine/attribution/methods/cam-sums'

/** Σ_k ∂A_k ⊙ A_k, place by place. */
export const hirescam = camMethod({
  id: 'hirescam',
  title: 'HiResCAM',
  group: 'Where the model looks',
  words: {
    shows:
      'The share of each cell of the layer in the score: gradient times activation, cell by cell, not averaged first.',
    goodFor:
      'Models that end in convolutions and one linear layer: there it shows exactly the cells the score is made of.',
    notFor: 'Outlines of a finding: one cell of the layer covers many pixels.',
    failureModes:
      'With several layers behind the chosen one it is a first-order estimate; speckled where gradients are noisy.',
    classInsensitive: false
  },
  citation: draelos2020,
  withGradient: true,
  batched: true,
  passes: () => 1,
  cells: (layer) => ({ cells: elementwiseSum(layer, (value, gradient) => gradient * value) })
})
