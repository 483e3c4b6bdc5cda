import * as v from 'valibot'
import { numbersOf, Percentages } from '@engine/criteria/percentages'
import {
  areaUnder,
  deletionCurve,
  infidelityScore,
  insertionCurve,
  keptScores,
  meanDrop,
  roadScores,
  type Explained
} from '@engine/criteria/perturbation-scores'
import type { Asked } from '@engine/criteria/scored-explanations'
import type { Computed } from '@engine/metrics/metric'
import { replacements } from '@engine/metrics/perturbation/perturbed-input'
import { trapezoid } from '@engine/metrics/perturbation/trapezoid'
import type { GenericSchema } from 'valibot'

/** What is asked of the model: answers on the scale wanted, and logits. */
export type AskedModel = Pick<Asked, 'answers' | 'logits' | 'beforeLogit'>

/** A metric of one map that asks the model again; `saliscope score` knows it by id. */
export interface ModelMetric<Params = unknown> {
  readonly id: string
  readonly title: string
  readonly citation: string
  readonly better: 'higher' | 'lower'
  readonly params: GenericSchema<unknown, Params>
  compute(explained: Explained, asked: AskedModel, params: Params): Promise<Computed>
}

const steps = v.pipe(
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)), 20),
  v.description('Steps from nothing to everything.')
)
const replacement = (chosen: (typeof replacements)[number]) =>
  v.pipe(v.optional(v.picklist(replacements), chosen), v.description('What stands in for removed pixels.'))
/** A single percentage comes as a number from the command line. */
const PercentList = v.pipe(v.union([v.string(), v.number()]), v.transform(String), Percentages)
const sharesOf = (count: number): number[] => Array.from({ length: count + 1 }, (_, step) => step / count)

const Road = v.strictObject({
  part: v.pipe(v.optional(v.picklist(['combined', 'morf', 'lerf']), 'combined'), v.description('Which figure.')),
  percentiles: v.pipe(v.optional(PercentList, '20,40,60,80'), v.description('80 removes the top or the last fifth.')),
  removal: v.pipe(
    v.optional(v.picklist(['exact', 'percentile']), 'exact'),
    v.description('An exact count with ties drawn, or everything at or above the percentile.')
  ),
  noise: v.pipe(v.optional(v.pipe(v.number(), v.minValue(0)), 0.01), v.description('Noise on imputed pixels.')),
  'noise-of': v.pipe(v.optional(v.picklist(['image', 'unit']), 'image'), v.description('What it is a share of.'))
})

const road: ModelMetric<v.InferOutput<typeof Road>> = {
  id: 'road',
  title: 'ROAD: change of the answer when salient pixels are imputed',
  citation: 'Rong Y, Leemann T, Borisov V, et al. ICML 2022.',
  better: 'higher',
  params: Road,
  async compute(explained, { answers }, { part, percentiles, removal, noise, 'noise-of': noiseOf }) {
    const settings = { percentiles: numbersOf(percentiles), removal, noise, noiseOf }
    const found = await roadScores(explained, answers, settings)
    return computed(typeof found === 'string' ? found : found[part])
  }
}

const Removal = v.strictObject({ steps, replacement: replacement('mean') })

const deletion: ModelMetric<v.InferOutput<typeof Removal>> = {
  id: 'deletion',
  title: 'Deletion: area under the answer as salient pixels go',
  citation: 'Petsiuk V, Das A, Saenko K. RISE. BMVC 2018.',
  better: 'lower',
  params: Removal,
  async compute(explained, { answers }, params) {
    const shares = sharesOf(params.steps)
    return computed(areaUnder(shares, await deletionCurve(explained, answers, { shares, ...params })))
  }
}

const Steps = v.strictObject({ steps })

const insertion: ModelMetric<v.InferOutput<typeof Steps>> = {
  id: 'insertion',
  title: 'Insertion: area under the answer as salient pixels come back into the blurred image',
  citation: 'Petsiuk V, Das A, Saenko K. RISE. BMVC 2018.',
  better: 'higher',
  params: Steps,
  async compute(explained, { answers }, params) {
    const shares = sharesOf(params.steps)
    return computed(areaUnder(shares, await insertionCurve(explained, answers, shares)))
  }
}

const aopc: ModelMetric<v.InferOutput<typeof Removal>> = {
  id: 'aopc',
  title: 'AOPC: mean fall of the answer over the steps of deletion',
  citation: 'Samek W, et al. IEEE Transactions on Neural Networks and Learning Systems 2017;28:2660–2673.',
  better: 'higher',
  params: Removal,
  async compute(explained, { answers }, params) {
    const shares = sharesOf(params.steps)
    return computed(meanDrop(await deletionCurve(explained, answers, { shares, ...params }), explained.before))
  }
}

const Fidelity = v.strictObject({
  percents: v.pipe(v.optional(PercentList, '2,5,10,20,30,50'), v.description('Shares of the pixels replaced.')),
  replacement: replacement('mean')
})

const fidelity: ModelMetric<v.InferOutput<typeof Fidelity>> = {
  id: 'fidelity',
  title: 'Fidelity: mean fall of the answer over the shares of salient pixels replaced',
  citation: 'Brocki L, Marchadour W, Maison J, et al. EXTRAAMAS 2022.',
  better: 'higher',
  params: Fidelity,
  async compute(explained, { answers }, { percents, replacement: chosen }) {
    const shares = [0, ...numbersOf(percents).map((percent) => percent / 100)]
    const curve = await deletionCurve(explained, answers, { shares, replacement: chosen })
    if (typeof curve === 'string') return computed(curve)
    const falls = curve.map((after) => explained.before - after)
    return computed(trapezoid(shares, falls) / shares[shares.length - 1])
  }
}

const none = v.strictObject({})

const averageDrop: ModelMetric<object> = {
  id: 'average-drop',
  title: 'Drop of the answer when the input is multiplied by the map, percent',
  citation: 'Chattopadhay A, et al. Grad-CAM++. WACV 2018.',
  better: 'lower',
  params: none,
  compute: async (explained, { answers }) => computed((await keptScores(explained, answers)).drop)
}

const averageIncrease: ModelMetric<object> = {
  id: 'average-increase',
  title: '1 when the answer rises as the input is multiplied by the map, else 0',
  citation: 'Chattopadhay A, et al. Grad-CAM++. WACV 2018.',
  better: 'higher',
  params: none,
  compute: async (explained, { answers }) => computed((await keptScores(explained, answers)).increase)
}

const Infidelity = v.strictObject({
  samples: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)), 16),
    v.description('Gaussian changes of the image.')
  ),
  deviation: v.pipe(
    v.optional(v.pipe(v.number(), v.gtValue(0)), 0.1),
    v.description('Their deviation as a share of the image’s spread.')
  )
})

const infidelity: ModelMetric<v.InferOutput<typeof Infidelity>> = {
  id: 'infidelity',
  title: 'Infidelity at the best scale of the map, squared logits',
  citation: 'Yeh C-K, et al. On the (in)fidelity and sensitivity of explanations. NeurIPS 2019.',
  better: 'lower',
  params: Infidelity,
  compute: async (explained, asked, params) => computed(await infidelityScore(explained, asked, params))
}

function computed(found: number | string): Computed {
  return typeof found === 'number' ? { value: found } : { value: null, reason: found }
}

/** Metrics that ask the model again. */
export const modelMetrics: readonly ModelMetric[] = [
  road,
  deletion,
  insertion,
  aopc,
  fidelity,
  averageDrop,
  averageIncrease,
  infidelity
]
