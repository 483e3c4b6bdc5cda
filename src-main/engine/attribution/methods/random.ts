import * as v from 'valibot'
import { adebayo2018sanity } from '@engine/attribution/citations'
import { fingerprint } from '@engine/attribution/fingerprint'
import { gaussianBlur } from '@engine/attribution/gaussian-blur'
import type { AttributionMethod } from '@engine/attribution/method'
import { choiceParam, numberParam } from '@engine/attribution/param'
import { elementCount, type Tensor } from '@engine/tensor/tensor'
import { randomStream } from '@engine/tensor/random'

const params = v.object({
  kind: choiceParam(
    {
      title: 'Noise',
      description: 'uniform: every pixel drawn by itself; blurred: smooth blobs as large as those of a CAM.'
    },
    ['uniform', 'blurred'],
    'uniform'
  ),
  sigma: numberParam(
    { title: 'Blob size', description: 'Standard deviation of the blur as a share of the shorter side.' },
    { default: 0.06, min: 0.001, max: 0.5 }
  )
})

export const random: AttributionMethod<v.InferOutput<typeof params>> = {
  id: 'random',
  title: 'Random map',
  group: 'References',
  words: {
    shows: 'Noise from a seed. It knows neither the model nor the image.',
    goodFor: 'The floor every method has to beat.',
    notFor: 'Explaining anything.',
    failureModes:
      'Smooth noise scores higher than pixel noise on large findings: compare with the kind that looks like the map.',
    classInsensitive: true
  },
  citation: adebayo2018sanity,
  needs: ['nothing'],
  params,
  passes: () => 0,
  attribute: ({ input, seed, model }, { kind, sigma }) => {
    const spatial = model.inputShape.slice(1)
    const stream = randomStream(seed, 'random', kind, fingerprint(input.data))
    const noise: Tensor = {
      data: Float32Array.from({ length: elementCount(spatial) }, () => stream.uniform()),
      shape: [1, 1, ...spatial]
    }
    const map = kind === 'uniform' ? noise : gaussianBlur(noise, sigma * Math.min(...spatial))
    return Promise.resolve({ map })
  }
}
