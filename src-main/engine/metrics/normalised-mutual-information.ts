import * as v from 'valibot'
import { entropies, jointHistogram } from '@engine/metrics/joint-histogram'
import type { Metric } from '@engine/metrics/metric'

const Params = v.strictObject({
  bins: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 100),
    v.description('Equal-width bins over each map’s own range.')
  )
})

/** (H(a) + H(b)) / H(a, b): 1 for independent maps, 2 for the same; undefined when both are flat. */
export const normalisedMutualInformationMetric: Metric<v.InferOutput<typeof Params>> = {
  id: 'normalised-mutual-information',
  title: 'Normalised mutual information of two maps',
  citation:
    'Studholme C, Hill DLG, Hawkes DJ. An overlap invariant entropy measure. Pattern Recognition 1999;32:71–86.',
  needs: ['map', 'other'],
  range: [1, 2],
  better: 'higher',
  params: Params,
  compute({ map, other }, { bins }) {
    const { a, b, joint } = entropies(jointHistogram(map, other!, bins))
    return joint === 0 ? { value: null, reason: 'both maps are flat' } : { value: (a + b) / joint }
  }
}
