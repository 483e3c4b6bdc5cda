import * as v from 'valibot'
import type { Metric, MetricInputs } from '@engine/metrics/metric'
import { ssim, type SsimSettings } from '@engine/metrics/structural-similarity'

const Params = v.strictObject({
  window: v.pipe(
    v.optional(v.picklist(['uniform7', 'gaussian11']), 'uniform7'),
    v.description('7 pixels of equal weight along each axis, or a Gaussian of σ 1.5 over 11.')
  ),
  'data-range': v.pipe(
    v.optional(v.union([v.pipe(v.number(), v.gtValue(0)), v.literal('joint')]), 1),
    v.description('Largest possible difference of two values; joint: the range of both maps together.')
  ),
  covariance: v.pipe(
    v.optional(v.nullable(v.picklist(['sample', 'population'])), null),
    v.description('Divide by n − 1 or by n; by default sample for uniform7 and population for gaussian11.')
  )
})
type Params = v.InferOutput<typeof Params>

/** Mean structural similarity of two maps. */
export const ssimMetric: Metric<Params> = {
  id: 'ssim',
  title: 'Structural similarity of two maps (SSIM)',
  citation:
    'Wang Z, Bovik AC, Sheikh HR, Simoncelli EP. Image quality assessment: from error visibility to structural similarity. IEEE Transactions on Image Processing 2004;13:600–612.',
  needs: ['map', 'other'],
  range: [-1, 1],
  better: 'higher',
  params: Params,
  compute(inputs, params) {
    const dataRange = params['data-range'] === 'joint' ? jointRange(inputs) : params['data-range']
    if (dataRange === 0) return { value: null, reason: 'both maps are flat and equal: their joint range is 0' }
    const settings: SsimSettings = {
      window: params.window,
      dataRange,
      covariance: params.covariance ?? (params.window === 'uniform7' ? 'sample' : 'population')
    }
    const value = ssim(inputs.map, inputs.other!, inputs.shape, settings)
    return value === null ? { value: null, reason: 'the map is smaller than the window' } : { value }
  }
}

function jointRange({ map, other }: MetricInputs): number {
  let low = Infinity
  let high = -Infinity
  for (const values of [map, other!]) {
    for (let index = 0; index < values.length; index++) {
      if (values[index] < low) low = values[index]
      if (values[index] > high) high = values[index]
    }
  }
  return high - low
}
