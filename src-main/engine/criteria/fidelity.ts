import * as v from 'valibot'
import { rowAgainstRandom } from '@engine/criteria/against-random'
import { createCaseSource } from '@engine/criteria/case-maps'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import { curvePoint, endsOf } from '@engine/criteria/curve-point'
import type { RunMethod, RunModel } from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { compareMethods } from '@engine/criteria/method-pairs'
import { numbersOf, Percentages } from '@engine/criteria/percentages'
import { deletionCurve, type Explained } from '@engine/criteria/perturbation-scores'
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
import { replacements, type Replacement } from '@engine/metrics/perturbation/perturbed-input'
import { trapezoid } from '@engine/metrics/perturbation/trapezoid'
import type { Curve, ResultRow } from '@shared/report'

/** Comma list of replacements, empty for none. */
const replacementsOf = (list: string): Replacement[] =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '') as Replacement[]

const Replacements = v.pipe(
  v.string(),
  v.check(
    (list) => replacementsOf(list).every((name) => replacements.includes(name)),
    `Give a comma list of ${replacements.join(', ')}.`
  )
)

const Params = v.strictObject({
  ...thresholdEntries,
  images: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 15),
    v.description('Images asked again, drawn by patient.')
  ),
  score: v.pipe(
    v.optional(v.picklist(['probability', 'logit', 'sigmoid']), 'probability'),
    v.description('What falls: the probability of the explained class, its logit, or the sigmoid of its logit.')
  ),
  replacement: v.pipe(
    v.optional(v.picklist(replacements), 'mean'),
    v.description('What stands in for removed pixels; it dominates the figure, so it is printed.')
  ),
  others: v.pipe(
    v.optional(Replacements, 'zero,blur,road'),
    v.description(
      'Further replacements whose curves are printed beside the one that decides; a comma list, empty for none.'
    )
  ),
  percents: v.pipe(
    v.optional(Percentages, '2,5,10,20,30,50'),
    v.description('Shares of the pixels, the most salient first, that are replaced.')
  )
})
export type FidelityParams = v.InferOutput<typeof Params>

/** Fidelity: how far the answer falls as the most salient pixels are replaced, a curve over their share and its area. */
export const fidelity: Criterion<FidelityParams> = {
  id: 'fidelity',
  title: 'Fidelity over the share removed',
  area: 'fidelity',
  question: 'Follows the prediction',
  limit: 'random map',
  citation:
    'Brocki L, Marchadour W, Maison J, et al. Evaluation of importance estimators in deep learning classifiers for computed tomography. EXTRAAMAS 2022.',
  needs: [],
  params: Params,
  rule: (params) =>
    `${ruleTexts.fidelity} ${params.percents} % replaced by ${params.replacement}, ${params.score}. ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const statistics = createStatistics(params, run.spec.seed)
    const { seed, grid } = run.spec
    const curves: Curve[] = []
    const asked = [params.replacement, ...replacementsOf(params.others).filter((one) => one !== params.replacement)]
    const falls = (replacement: Replacement): ScoreExplained<readonly number[]> => {
      return (explained, item) => dropsOf(explained, item, { ...params, replacement })
    }
    const metric = metricOf(params, params.replacement)
    const unasked = { criterion: 'fidelity.removal', metric, better: 'higher', rule: fidelity.rule(params) } as const
    const begin = ofModelsAtHand(run, unasked, async (model) => {
      const own = ofModel(params, model)
      const cases = await askedCases(source, model, { images: params.images, scale: own.score })
      const random = new Map<Replacement, Fall[]>()
      for (const replacement of asked) {
        const found = await scoreExplained(source, cases, (item) => randomExplained(item, seed), falls(replacement))
        random.set(replacement, found)
        curves.push(curveOf(own, { model: model.id, method: randomMapId, replacement }, { found, statistics }))
      }
      return async (method) => {
        const explain = explainedBy(source, { modelId: model.id, method })
        const made: ResultRow[] = []
        for (const replacement of asked) {
          const found = await scoreExplained(source, cases, explain, falls(replacement))
          const chance = random.get(replacement)!
          made.push(areaRow(own, { model, method, grid, replacement }, { found, random: chance, statistics }))
          curves.push(curveOf(own, { model: model.id, method: method.id, replacement }, { found, statistics }))
        }
        return made
      }
    })
    const rows = await rowsByMethod(run, job, 'Fidelity', begin)
    const metrics = asked.map((replacement) => metricOf(params, replacement))
    const adjusted = adjustRows(
      metrics.flatMap((metric) => rows.filter((row) => row.metric === metric)),
      run.spec
    )
    const comparisons = compareMethods(adjusted, run.spec, statistics)
    return { ...nothingFound, rows: adjusted, curves, comparisons, failed: source.failed }
  }
}

/** The replacement that decides has the plain name. */
function metricOf({ replacement }: FidelityParams, own: Replacement): string {
  return own === replacement ? 'fidelity-area' : `fidelity-area-${own}`
}

/** How far the answer of a case falls at each share. */
type Fall = ScoredCase<readonly number[]>

async function dropsOf(
  explained: Explained,
  asked: Asked,
  { percents, replacement }: FidelityParams
): Promise<readonly number[] | string> {
  const shares = numbersOf(percents).map((percent) => percent / 100)
  const after = await deletionCurve(explained, asked.answers, { shares, replacement })
  return typeof after === 'string' ? after : after.map((answer) => asked.before - answer)
}

/** Mean fall over the shares: the area under the curve from nothing removed to the largest share. */
export function areaOf(drops: readonly number[], percents: readonly number[]): number {
  return trapezoid([0, ...percents], [0, ...drops]) / percents[percents.length - 1]
}

interface AreaFrame {
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  readonly replacement: Replacement
}

function areaRow(
  params: FidelityParams,
  { model, method, grid, replacement }: AreaFrame,
  { found, random, statistics }: { found: readonly Fall[]; random: readonly Fall[]; statistics: Statistics }
): ResultRow {
  const percents = numbersOf(params.percents)
  const numbers = (list: readonly Fall[]): CaseNumber[] =>
    list.map(({ item: { id, patient }, scored }) =>
      typeof scored === 'string'
        ? { id, patient, value: null, reason: scored }
        : { id, patient, value: areaOf(scored, percents) }
    )
  return rowAgainstRandom(
    {
      criterion: 'fidelity.removal',
      metric: metricOf(params, replacement),
      better: 'higher',
      headline: replacement === params.replacement,
      rule: fidelity.rule(params),
      claim: {
        pass: 'The answer falls faster along this map than along random pixels',
        fail: 'The answer falls more slowly along this map than along random pixels',
        inconclusive: 'The answer does not clearly fall faster along this map than along random pixels'
      },
      model,
      method,
      grid,
      notes: [`Removed pixels were replaced by: ${replacement}.`]
    },
    numbers(found),
    numbers(random),
    statistics
  )
}

interface CurveFrame {
  readonly model: string
  readonly method: string
  readonly replacement: Replacement
}

function curveOf(
  params: FidelityParams,
  { model, method, replacement }: CurveFrame,
  { found, statistics }: { found: readonly Fall[]; statistics: Statistics }
): Curve {
  const points = numbersOf(params.percents).map((percent, index) => {
    const numbers = found.map(({ item: { id, patient }, scored }): CaseNumber => ({
      id,
      patient,
      value: typeof scored === 'string' ? null : scored[index],
      ...(typeof scored === 'string' ? { reason: scored } : {})
    }))
    return curvePoint(`${percent} %`, numbers, { statistics, keep: true })
  })
  return {
    criterion: 'fidelity.removal',
    metric: metricOf(params, replacement),
    model,
    method,
    xTitle: `share of the most salient pixels replaced by ${replacementWords[replacement]}`,
    yTitle: `fall of the ${params.score}`,
    points,
    cases: found.map(({ item }) => item.id),
    limits: [],
    ...endsOf(points)
  }
}

const replacementWords: Readonly<Record<Replacement, string>> = {
  road: 'noisy linear imputation',
  mean: 'the image’s mean',
  zero: 'zero',
  blur: 'the blurred image'
}
