import * as v from 'valibot'
import { entropies, jointHistogram } from '@engine/metrics/joint-histogram'
import type { Metric } from '@engine/metrics/metric'

const Params = v.strictObject({
  bins: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 32),
    v.description('Equal-width bins over each map’s own range.')
  )
})

/** H(a) + H(b) − H(a, b) in nats; 0 when one map is flat. */
export const mutualInformationMetric: Metric<v.InferOutput<typeof Params>> = {
  id: 'mutual-information',
  title: 'Mutual information of two maps (nats)',
  citation: 'Cover TM, Thomas JA. Elements of information theory, 2nd ed. Wiley 2006.',
  needs: ['map', 'other'],
  range: [0, null],
  better: 'higher',
  params: Params,
  compute({ map, other }, { bins }) {
    const { a, b, joint } = entropies(jointHistogram(map, other!, bins))
    return { value: a + b - joint }
  }
}
