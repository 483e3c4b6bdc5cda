import { gildenblat2021 } from '@engine/attribution/cam-citations'
import { camMethod } from '@engine/attribution/methods/cam-method'
import { elementwiseSum } from '@engine/attribution/methods/cam-sums'

/** Σ_k max(∂A_k ⊙ A_k, 0), place by place. */
export const gradcamElementwise = camMethod({
  id: 'gradcam-elementwise',
  title: 'Grad-CAM elementwise',
  group: 'Where the model looks',
  words: {
    shows: 'Only the positive shares of each channel and cell in the score, added up.',
    goodFor: 'A map that cannot be emptied by channels that speak against the class.',
    notFor: 'Weighing evidence for against evidence against: what speaks against is left out before the sum.',
    failureModes: 'Never empty, so it also points somewhere when the class is clearly absent.',
    classInsensitive: false
  },
  citation: gildenblat2021,
  withGradient: true,
  batched: true,
  passes: () => 1,
  cells: (layer) => ({ cells: elementwiseSum(layer, (value, gradient) => Math.max(0, gradient * value)) })
})
