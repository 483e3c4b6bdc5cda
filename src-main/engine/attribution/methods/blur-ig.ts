import * as v from 'valibot'
import { xu2020 } from '@engine/attribution/citations'
import { completeness } from '@engine/attribution/completeness'
import type { AttributionMethod } from '@engine/attribution/method'
import { gradientsAtPoints } from '@engine/attribution/methods/gradients-at-points'
import { choiceParam, integerParam, numberParam } from '@engine/attribution/param'
import { gaussianFilter } from '@engine/tensor/gaussian-filter'
import type { Tensor } from '@engine/tensor/tensor'

const params = v.object({
  steps: integerParam(
    { title: 'Steps', description: 'Degrees of blur between the image and the strongest blur.' },
    { default: 100, min: 1, max: 2000 }
  ),
  'max-sigma': numberParam(
    { title: 'Strongest blur', description: 'Standard deviation of the strongest blur, in pixels.' },
    { default: 50, min: 0.1, max: 1000 }
  ),
  spacing: choiceParam(
    {
      title: 'Spacing',
      description: 'linear: equal steps of the standard deviation; sqrt: its square root is spaced.'
    },
    ['linear', 'sqrt'],
    'linear'
  ),
  'gradient-step': numberParam(
    {
      title: 'Difference step',
      description: 'Step of the standard deviation, in pixels, for the change of the image with the blur.'
    },
    { default: 0.01, min: 1e-6, max: 1 }
  )
})
type Params = v.InferOutput<typeof params>

/** As PAIR: left Riemann sum over the blur, Gaussian with nothing beyond the border. Source: Xu et al., CVPR 2020. */
export const blurIg: AttributionMethod<Params> = {
  id: 'blur-ig',
  title: 'Blur integrated gradients',
  group: 'Pixel detail',
  words: {
    shows: 'What the model gains as the image comes into focus, from a strong blur to the image itself.',
    goodFor: 'Signed contributions without choosing an "empty" image; works for black and for white findings alike.',
    notFor: 'Findings that survive a strong blur, such as a large opacity: they gain nothing on the way.',
    failureModes:
      'Blur darkens the border, because nothing lies beyond it; few steps leave a completeness error, which is printed.',
    classInsensitive: false
  },
  citation: xu2020,
  needs: ['gradient'],
  params,
  passes: ({ steps }) => steps + 1,
  async attribute(context, { steps, 'max-sigma': strongest, spacing, 'gradient-step': step }) {
    const { input } = context
    const sigmas = Float64Array.from({ length: steps + 1 }, (_, index) => {
      const linear = (index * strongest) / steps
      return spacing === 'sqrt' ? Math.sqrt(linear) : linear
    })
    const sum = new Float64Array(input.data.length)
    /** Change of the image with sigma at the points that were filled and not yet taken. */
    const slopes: Float64Array[] = []
    const points = {
      count: steps,
      fill: (index: number, target: Float32Array) => {
        const blurred = blur(input, sigmas[index])
        slopes[index] = blur(input, sigmas[index] + step).map((value, at) => (value - blurred[at]) / step)
        target.set(blurred)
      },
      take: (index: number, gradient: Float32Array) => {
        const slope = slopes[index]
        const width = sigmas[index + 1] - sigmas[index]
        for (let at = 0; at < sum.length; at++) sum[at] -= width * slope[at] * gradient[at]
        slopes[index] = new Float64Array(0)
      }
    }
    await gradientsAtPoints(context, points, 'steps')
    const map = { data: Float32Array.from(sum), shape: input.shape }
    const start = { data: Float32Array.from(blur(input, sigmas[steps])), shape: input.shape }
    return { map, notes: await completeness(context, [start], map) }
  }
}

/** Over the spatial axes of `[1, C, ...spatial]`. */
function blur({ data, shape }: Tensor, sigma: number): Float64Array {
  return gaussianFilter(
    { data: Float64Array.from(data), shape },
    shape.map((_, axis) => (axis < 2 ? 0 : sigma)),
    'zero'
  )
}
