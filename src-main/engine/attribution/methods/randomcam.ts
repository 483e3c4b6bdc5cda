import { gildenblat2021 } from '@engine/attribution/cam-citations'
import { fingerprint } from '@engine/attribution/fingerprint'
import { camMethod } from '@engine/attribution/methods/cam-method'
import { extents, weightedSum } from '@engine/attribution/methods/cam-sums'
import { randomStream } from '@engine/tensor/random'

/** Σ_k w_k A_k with w uniform in [−1, 1), drawn from the seed for each image and layer. */
export const randomcam = camMethod({
  id: 'randomcam',
  title: 'Random-CAM',
  group: 'References',
  words: {
    shows: 'The layer’s activations with weights drawn from a seed instead of taken from the model.',
    goodFor: 'The floor a class activation map has to beat: same layer, same smoothness, no knowledge of the class.',
    notFor: 'Explaining anything.',
    failureModes: 'Often lies on the body or the finding all the same, because the layer is active there.',
    classInsensitive: true
  },
  citation: gildenblat2021,
  withGradient: false,
  batched: true,
  passes: () => 1,
  cells: (layer, { seed, input }) => {
    const { rows, channels } = extents(layer)
    const size = input.data.length / rows
    const weights = new Float64Array(rows * channels)
    for (let row = 0; row < rows; row++) {
      const image = fingerprint(input.data.subarray(row * size, (row + 1) * size))
      const stream = randomStream(seed, 'randomcam', layer.info.tensor, image)
      for (let channel = 0; channel < channels; channel++) weights[row * channels + channel] = 2 * stream.uniform() - 1
    }
    return { cells: weightedSum(layer, weights) }
  }
})
