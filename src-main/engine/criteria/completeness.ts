import * as v from 'valibot'
import { rowAgainstRandom } from '@engine/criteria/against-random'
import { createCaseSource } from '@engine/criteria/case-maps'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import type { RunMethod, RunModel } from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { numbersOf, Percentages } from '@engine/criteria/percentages'
import {
  areaUnder,
  deletionCurve,
  insertionCurve,
  roadScores,
  type Explained,
  type RoadSettings
} from '@engine/criteria/perturbation-scores'
import { ruleFooting, ruleTexts, thresholdEntries } from '@engine/criteria/rules'
import { rowsByMethod } from '@engine/criteria/rows-by-method'
import {
  askedCases,
  explainedBy,
  randomExplained,
  scoreExplained,
  type Asked,
  type ScoredCase,
  type ScoreExplained
} from '@engine/criteria/scored-explanations'
import { createStatistics, type CaseNumber } from '@engine/criteria/summary'
import type { ResultRow } from '@shared/report'

const Params = v.strictObject({
  ...thresholdEntries,
  images: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 15),
    v.description('Images asked again, drawn by patient: every one costs some thirty predictions a map.')
  ),
  score: v.pipe(
    v.optional(v.picklist(['probability', 'logit', 'sigmoid']), 'probability'),
    v.description(
      'What is compared: the probability of the explained class, its logit, or the sigmoid of its logit (as mednet).'
    )
  ),
  percentiles: v.pipe(
    v.optional(Percentages, '20,40,60,80'),
    v.description('ROAD: 80 removes the fifth of the pixels that the map ranks first (MoRF) or last (LeRF).')
  ),
  removal: v.pipe(
    v.optional(v.picklist(['exact', 'percentile']), 'exact'),
    v.description('An exact count with ties drawn, or everything at or above the percentile as the published code.')
  ),
  noise: v.pipe(v.optional(v.pipe(v.number(), v.minValue(0)), 0.01), v.description('Noise on imputed pixels.')),
  noiseOf: v.pipe(
    v.optional(v.picklist(['image', 'unit']), 'image'),
    v.description(
      'What the noise is a share of: the spread of the image, or one unit of the model input as the published code.'
    )
  ),
  steps: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(100)), 8),
    v.description('Steps of deletion and insertion.')
  )
})
export type CompletenessParams = v.InferOutput<typeof Params>

/** Metrics of one map: id, which way is better, and its value per case. */
const metrics = [
  ['road-combined', 'higher'],
  ['road-morf', 'lower'],
  ['road-lerf', 'higher'],
  ['deletion-area', 'lower'],
  ['insertion-area', 'higher']
] as const
type MetricId = (typeof metrics)[number][0]
type Scored = Readonly<Record<MetricId, number | string>>

/** Completeness: does the answer change more where the map is high than elsewhere, against a random map? */
export const completeness: Criterion<CompletenessParams> = {
  id: 'completeness',
  title: 'Completeness by removal',
  area: 'completeness',
  question: 'Drives the prediction',
  limit: 'random map',
  citation:
    'Rong Y, Leemann T, Borisov V, et al. A consistent and efficient evaluation strategy for attribution methods. ICML 2022. Petsiuk V, Das A, Saenko K. RISE. BMVC 2018.',
  needs: [],
  params: Params,
  rule: (params) =>
    `${ruleTexts.completeness} ROAD at ${params.percentiles} %, ${params.removal} removal, ${params.score}. ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const { seed, grid } = run.spec
    const score: ScoreExplained<Scored> = (explained, asked) => scoresOf(explained, asked, params)
    const rows = await rowsByMethod(run, job, 'Completeness', async (model) => {
      const cases = await askedCases(source, model, { images: params.images, scale: params.score })
      const random = await scoreExplained(source, cases, (asked) => randomExplained(asked, seed), score)
      return async (method) => {
        const explain = explainedBy(source, { modelId: model.id, method })
        const scored = await scoreExplained(source, cases, explain, score)
        return methodRows(params, { model, method, grid, seed }, { scored, random })
      }
    })
    return { ...nothingFound, rows: adjustRows(rows), failed: source.failed }
  }
}

async function scoresOf(explained: Explained, { answers }: Asked, params: CompletenessParams): Promise<Scored> {
  const settings: RoadSettings = { ...params, percentiles: numbersOf(params.percentiles) }
  const shares = Array.from({ length: params.steps + 1 }, (_, step) => step / params.steps)
  const road = await roadScores(explained, answers, settings)
  const deleted = await deletionCurve(explained, answers, { shares, replacement: 'mean' })
  const inserted = await insertionCurve(explained, answers, shares)
  return {
    'road-combined': typeof road === 'string' ? road : road.combined,
    'road-morf': typeof road === 'string' ? road : road.morf,
    'road-lerf': typeof road === 'string' ? road : road.lerf,
    'deletion-area': areaUnder(shares, deleted),
    'insertion-area': areaUnder(shares, inserted)
  }
}

interface MethodFrame {
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  readonly seed: number
}

function methodRows(
  params: CompletenessParams,
  { model, method, grid, seed }: MethodFrame,
  { scored, random }: { scored: readonly ScoredCase<Scored>[]; random: readonly ScoredCase<Scored>[] }
): ResultRow[] {
  const statistics = createStatistics(params, seed)
  return metrics.map(([metric, better]) =>
    rowAgainstRandom(
      {
        criterion: metric.startsWith('road') ? 'completeness.road' : 'completeness.deletion-insertion',
        metric,
        better,
        headline: metric === 'road-combined',
        rule: completeness.rule(params),
        claim: {
          pass: 'The answer depends on what the map marks more than on random pixels',
          fail: 'The answer depends on what the map marks less than on random pixels',
          inconclusive: 'The answer does not clearly depend on what the map marks more than on random pixels'
        },
        model,
        method,
        grid
      },
      scored.map((one) => numberOf(one, metric)),
      random.map((one) => numberOf(one, metric)),
      statistics
    )
  )
}

function numberOf({ item: { id, patient }, scored }: ScoredCase<Scored>, metric: MetricId): CaseNumber {
  const value = typeof scored === 'string' ? scored : scored[metric]
  return typeof value === 'string' ? { id, patient, value: null, reason: value } : { id, patient, value }
}
