import * as v from 'valibot'
import { erion2021 } from '@engine/attribution/citations'
import type { AttributionMethod } from '@engine/attribution/method'
import { defaultDraws, expectedDraws } from '@engine/attribution/methods/expected-draws'
import { gradientsAtPoints } from '@engine/attribution/methods/gradients-at-points'
import { fileParam, openIntegerParam } from '@engine/attribution/param'

const params = v.object({
  samples: openIntegerParam(
    {
      title: 'Samples',
      description: `Pairs of a background image and a point on the way from it; ${defaultDraws} when not given, or all rows of a draws file.`
    },
    { min: 1, max: 10_000 }
  ),
  baselines: fileParam({
    title: 'Baselines file',
    description:
      'NPY file, one background image per sample, as the model sees it; drawn from the card’s or experiment’s background set when not given.'
  }),
  alphas: fileParam({
    title: 'Positions file',
    description: 'NPY file of positions between 0 and 1, one per sample; drawn from the seed when not given.'
  })
})
type Params = v.InferOutput<typeof params>

export const expectedGradients: AttributionMethod<Params> = {
  id: 'expected-gradients',
  title: 'Expected gradients',
  group: 'Pixel detail',
  words: {
    shows:
      'What sets this image apart from a set of other images: integrated gradients averaged over them as baselines.',
    goodFor: 'Images without a natural "empty" baseline; the background set says what is compared with what.',
    notFor: 'Models for which no background images are at hand.',
    failureModes:
      'The background set decides what can light up; few samples leave it noisy, and scored images must not be in it.',
    classInsensitive: false
  },
  citation: erion2021,
  needs: ['gradient', 'baseline'],
  params,
  passes: ({ samples }) => samples ?? defaultDraws,
  async attribute(context, given) {
    const { input } = context
    const draws = await expectedDraws(context, given)
    const size = input.data.length
    const sum = new Float64Array(size)
    const baselineOf = (sample: number): Float32Array => {
      const from = draws.rows[sample] * size
      return draws.baselines.data.subarray(from, from + size)
    }
    const points = {
      count: draws.rows.length,
      fill: (sample: number, target: Float32Array) => {
        const from = baselineOf(sample)
        const alpha = draws.alphas[sample]
        for (let index = 0; index < size; index++) {
          target[index] = from[index] + alpha * (input.data[index] - from[index])
        }
      },
      take: (sample: number, gradient: Float32Array) => {
        const from = baselineOf(sample)
        for (let index = 0; index < size; index++) sum[index] += (input.data[index] - from[index]) * gradient[index]
      }
    }
    await gradientsAtPoints(context, points, 'samples')
    const map = { data: Float32Array.from(sum, (value) => value / points.count), shape: input.shape }
    return { map, notes: { samples: points.count, background: draws.source } }
  }
}
