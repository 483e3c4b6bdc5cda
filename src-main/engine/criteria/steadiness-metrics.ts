import * as v from 'valibot'
import type { GenericSchema } from 'valibot'
import { changedCopies } from '@engine/criteria/robustness-scores'
import type { Computed } from '@engine/metrics/metric'
import { distance, localLipschitz, maxSensitivity } from '@engine/metrics/perturbation/sensitivity'
import type { Tensor } from '@engine/tensor/tensor'

/** An input and the method that explains it and its changed copies. */
export interface ExplainedInput {
  readonly input: Tensor
  readonly seed: number
  explain(input: Tensor): Promise<Float32Array>
}

/** A metric of a method at one input; `saliscope score` knows it by id. */
export interface SteadinessMetric {
  readonly id: string
  readonly title: string
  readonly citation: string
  readonly params: GenericSchema<unknown, SteadinessParams>
  compute(explained: ExplainedInput, params: unknown): Promise<Computed>
}

const Params = v.strictObject({
  samples: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 10),
    v.description('Small changes; the largest effect counts.')
  ),
  radius: v.pipe(v.optional(v.pipe(v.number(), v.gtValue(0)), 0.02), v.description('Largest change of a value.')),
  'radius-of': v.pipe(
    v.optional(v.picklist(['range', 'unit']), 'range'),
    v.description('What the radius is a share of: the range of the input, or one unit of it.')
  )
})
type SteadinessParams = v.InferOutput<typeof Params>

interface Nearby {
  readonly own: Float32Array
  readonly others: readonly { readonly map: Float32Array; readonly distance: number }[]
}

async function nearbyMaps({ input, seed, explain }: ExplainedInput, params: unknown): Promise<Nearby> {
  const { samples, radius, 'radius-of': radiusOf } = v.parse(Params, params)
  const own = await explain(input)
  const others: { map: Float32Array; distance: number }[] = []
  for (const changed of changedCopies('', input, { samples, radius, radiusOf, seed })) {
    others.push({ map: await explain(changed), distance: distance(changed.data, input.data) })
  }
  return { own, others }
}

const maxSensitivityMetric: SteadinessMetric = {
  id: 'max-sensitivity',
  title: 'Largest change of the map under small changes of the input, as a share of its size',
  citation: 'Yeh C-K, et al. On the (in)fidelity and sensitivity of explanations. NeurIPS 2019.',
  params: Params,
  async compute(explained, params) {
    const { own, others } = await nearbyMaps(explained, params)
    const value = maxSensitivity(
      own,
      others.map(({ map }) => map)
    )
    return value === null ? { value, reason: 'the map is zero everywhere' } : { value }
  }
}

const localLipschitzMetric: SteadinessMetric = {
  id: 'local-lipschitz',
  title: 'Steepest change of the map a unit of the input',
  citation: 'Alvarez-Melis D, Jaakkola TS. On the robustness of interpretability methods. ICML workshop 2018.',
  params: Params,
  async compute(explained, params) {
    const { own, others } = await nearbyMaps(explained, params)
    const value = localLipschitz(own, others)
    return value === null ? { value, reason: 'no input nearby differs' } : { value }
  }
}

/** Metrics that explain changed inputs. */
export const steadinessMetrics: readonly SteadinessMetric[] = [maxSensitivityMetric, localLipschitzMetric]
