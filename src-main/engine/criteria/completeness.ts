import * as v from 'valibot'
import { rowAgainstRandom, type AgainstRandom } from '@engine/criteria/against-random'
import { createCaseSource } from '@engine/criteria/case-maps'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import type { RunMethod, RunModel } from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { deltaMetric, deltaRow } from '@engine/criteria/convergence-delta'
import { mapTaken } from '@engine/criteria/map-taken'
import { compareMethods } from '@engine/criteria/method-pairs'
import { numbersOf, Percentages } from '@engine/criteria/percentages'
import {
  areaUnder,
  deletionCurve,
  infidelityScore,
  insertionCurve,
  keptScores,
  meanDrop,
  roadScores,
  type Explained,
  type RoadSettings
} from '@engine/criteria/perturbation-scores'
import { removalCurves, type RemovalCurves } from '@engine/criteria/removal-curves'
import { ruleFooting, ruleTexts, thresholdEntries } from '@engine/criteria/rules'
import { ofModelsAtHand, rowsByMethod } from '@engine/criteria/rows-by-method'
import {
  askedCases,
  explainedBy,
  ofModel,
  randomExplained,
  randomMapId,
  scoreExplained,
  type Asked,
  type ScoredCase,
  type ScoreExplained
} from '@engine/criteria/scored-explanations'
import { createStatistics, type CaseNumber, type Statistics } from '@engine/criteria/summary'
import type { Curve, ResultRow } from '@shared/report'

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
  settings: v.pipe(
    v.optional(v.picklist(['own', 'mednet']), 'own'),
    v.description(
      'mednet: everything at or above the percentile goes, noise in units of the input, the sigmoid of the logit; these stand above the parameters.'
    )
  ),
  infidelitySamples: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)), 16),
    v.description('Infidelity: Gaussian changes of the image.')
  ),
  infidelityDeviation: v.pipe(
    v.optional(v.pipe(v.number(), v.gtValue(0)), 0.1),
    v.description('Infidelity: their deviation as a share of the image’s spread.')
  ),
  steps: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(100)), 8),
    v.description('Steps of deletion and insertion.')
  )
})
export type CompletenessParams = v.InferOutput<typeof Params>

/** Metrics of one map: id, which way is better, and the part of the criterion that its rows belong to. */
const metrics = [
  ['road-combined', 'higher', 'road'],
  ['road-morf', 'lower', 'road'],
  ['road-lerf', 'higher', 'road'],
  ['deletion-area', 'lower', 'deletion-insertion'],
  ['insertion-area', 'higher', 'deletion-insertion'],
  ['aopc', 'higher', 'deletion-insertion'],
  ['average-drop', 'lower', 'kept'],
  ['average-increase', 'higher', 'kept'],
  ['infidelity', 'lower', 'infidelity']
] as const
type MetricId = (typeof metrics)[number][0]
type Scored = Readonly<Record<MetricId, number | string>> & { readonly curves: RemovalCurves }

const removalClaim: AgainstRandom['claim'] = {
  pass: 'The answer depends on what the map marks more than on random pixels',
  fail: 'The answer depends on what the map marks less than on random pixels',
  inconclusive: 'The answer does not clearly depend on what the map marks more than on random pixels'
}

/** What is claimed of a map, by the part of the criterion. */
const claims: Readonly<Record<(typeof metrics)[number][2], AgainstRandom['claim']>> = {
  road: removalClaim,
  'deletion-insertion': removalClaim,
  kept: {
    pass: 'What the map keeps carries the answer better than what a random map keeps',
    fail: 'What the map keeps carries the answer worse than what a random map keeps',
    inconclusive: 'What the map keeps does not clearly carry the answer better than what a random map keeps'
  },
  infidelity: {
    pass: 'The map forecasts what small changes do to the answer better than a random map',
    fail: 'The map forecasts what small changes do to the answer worse than a random map',
    inconclusive: 'The map does not clearly forecast what small changes do to the answer better than a random map'
  }
}

/** What is said beside the rows of a metric. */
const notes: Readonly<Partial<Record<MetricId, string>>> = {
  aopc: 'Mean fall over the steps of the deletion curve, the first of which removes nothing.',
  'average-drop':
    'Percent of the answer lost when the model’s input is multiplied by the map; 0 of the input stands where the map is 0.',
  'average-increase': 'Share of the images whose answer rises when the input is multiplied by the map.',
  infidelity:
    'Mean squared error, in squared logits, of the map as a forecast of what small changes do, at its best scale.'
}

/** Completeness: does the answer change more where the map is high than elsewhere, against a random map? */
export const completeness: Criterion<CompletenessParams> = {
  id: 'completeness',
  title: 'Completeness by removal',
  area: 'completeness',
  question: 'Drives the prediction',
  limit: 'random map',
  citation:
    'Rong Y, Leemann T, Borisov V, et al. A consistent and efficient evaluation strategy for attribution methods. ICML 2022. Petsiuk V, Das A, Saenko K. RISE. BMVC 2018. ' +
    'Samek W, et al. IEEE Transactions on Neural Networks and Learning Systems 2017;28:2660–2673. Yeh C-K, et al. NeurIPS 2019.',
  needs: [],
  params: Params,
  rule(params) {
    const { percentiles, removal, score, settings } = applied(params)
    const whose = settings === 'own' ? '' : ', mednet’s settings'
    return `${ruleTexts.completeness} ROAD at ${percentiles} %, ${removal} removal, ${score}${whose}. ${ruleFooting(params)}`
  },
  async assess(run, given, job) {
    const params = applied(given)
    const source = createCaseSource(run, job)
    const statistics = createStatistics(params, run.spec.seed)
    const curves: Curve[] = []
    const { seed, grid } = run.spec
    const score: ScoreExplained<Scored> = (explained, asked) => scoresOf(explained, asked, params)
    const [[metric, better]] = metrics
    const unasked = { criterion: 'completeness.road', metric, better, rule: completeness.rule(given) }
    const begin = ofModelsAtHand(run, unasked, async (model) => {
      const { images, score: scale } = ofModel(params, model)
      const cases = await askedCases(source, model, { images, scale })
      const random = await scoreExplained(source, cases, (asked) => randomExplained(asked, seed), score)
      const { steps } = params
      const curvesOf = (method: string, found: readonly ScoredCase<Scored>[]): Curve[] =>
        removalCurves(
          { model: model.id, method, score: scale, percentiles: numbersOf(params.percentiles), steps },
          found,
          statistics
        )
      curves.push(...curvesOf(randomMapId, random))
      return async (method) => {
        const explain = explainedBy(source, { modelId: model.id, method })
        const scored = await scoreExplained(source, cases, explain, score)
        curves.push(...curvesOf(method.id, scored))
        const frame = { model, method, grid, rule: completeness.rule(ofModel(given, model)) }
        return [
          ...methodRows(frame, { scored, random }, statistics),
          ...(await deltaRow(source, { ...frame, cases: cases.map(({ item }) => item) }, statistics))
        ]
      }
    })
    const rows = await rowsByMethod(run, job, 'Completeness', begin)
    const adjusted = adjustRows(
      metrics.flatMap(([metric]) => rows.filter((row) => row.metric === metric)),
      run.spec
    )
    const others = rows.filter((row) => row.metric === deltaMetric)
    const comparisons = compareMethods(adjusted, run.spec, statistics)
    return { ...nothingFound, rows: [...adjusted, ...others], curves, comparisons, failed: source.failed }
  }
}

/** The parameters with the settings of a published pipeline above them. */
function applied(params: CompletenessParams): CompletenessParams {
  if (params.settings === 'own') return params
  return { ...params, removal: 'percentile', noiseOf: 'unit', score: 'sigmoid' }
}

async function scoresOf(explained: Explained, asked: Asked, params: CompletenessParams): Promise<Scored> {
  const { answers } = asked
  const settings: RoadSettings = { ...params, percentiles: numbersOf(params.percentiles) }
  const shares = Array.from({ length: params.steps + 1 }, (_, step) => step / params.steps)
  const road = await roadScores(explained, answers, settings)
  const deleted = await deletionCurve(explained, answers, { shares, replacement: 'mean' })
  const inserted = await insertionCurve(explained, answers, shares)
  const kept = await keptScores(explained, answers)
  const { infidelitySamples: samples, infidelityDeviation: deviation } = params
  return {
    curves: {
      morf: typeof road === 'string' ? road : road.changes.morf,
      lerf: typeof road === 'string' ? road : road.changes.lerf,
      deletion: deleted,
      insertion: inserted
    },
    'road-combined': typeof road === 'string' ? road : road.combined,
    'road-morf': typeof road === 'string' ? road : road.morf,
    'road-lerf': typeof road === 'string' ? road : road.lerf,
    'deletion-area': areaUnder(shares, deleted),
    'insertion-area': areaUnder(shares, inserted),
    aopc: meanDrop(deleted, explained.before),
    'average-drop': kept.drop,
    'average-increase': kept.increase,
    infidelity: await infidelityScore(explained, asked, { samples, deviation })
  }
}

interface MethodFrame {
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  readonly rule: string
}

function methodRows(
  frame: MethodFrame,
  { scored, random }: { scored: readonly ScoredCase<Scored>[]; random: readonly ScoredCase<Scored>[] },
  statistics: Statistics
): ResultRow[] {
  return metrics.map(([metric, better, part]) =>
    rowAgainstRandom(
      {
        ...frame,
        criterion: `completeness.${part}`,
        metric,
        better,
        headline: metric === 'road-combined',
        ...(metric === 'infidelity' && !frame.method.imported ? { reduction: mapTaken.signedSum } : {}),
        claim: claims[part],
        notes: notes[metric] === undefined ? [] : [notes[metric]]
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
