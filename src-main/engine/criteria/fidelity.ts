import * as v from 'valibot'
import { rowAgainstRandom } from '@engine/criteria/against-random'
import { createCaseSource } from '@engine/criteria/case-maps'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import type { RunMethod, RunModel } from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { numbersOf, Percentages } from '@engine/criteria/percentages'
import { deletionCurve, type Explained } from '@engine/criteria/perturbation-scores'
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
import { createStatistics, type CaseNumber, type Statistics } from '@engine/criteria/summary'
import { replacements } from '@engine/metrics/perturbation/perturbed-input'
import { trapezoid } from '@engine/metrics/perturbation/trapezoid'
import type { Curve, ResultRow } from '@shared/report'

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
    const drops: ScoreExplained<readonly number[]> = (explained, asked) => dropsOf(explained, asked, params)
    const rows = await rowsByMethod(run, job, 'Fidelity', async (model) => {
      const cases = await askedCases(source, model, { images: params.images, scale: params.score })
      const random = await scoreExplained(source, cases, (asked) => randomExplained(asked, seed), drops)
      return async (method) => {
        const explain = explainedBy(source, { modelId: model.id, method })
        const found = await scoreExplained(source, cases, explain, drops)
        const row = areaRow(params, { model, method, grid }, { found, random, statistics })
        curves.push(curveOf(params, { model, method }, found, { row, statistics }))
        return [row]
      }
    })
    return { ...nothingFound, rows: adjustRows(rows), curves, failed: source.failed }
  }
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
function areaOf(drops: readonly number[], percents: readonly number[]): number {
  return trapezoid([0, ...percents], [0, ...drops]) / percents[percents.length - 1]
}

interface Explainer {
  readonly model: RunModel
  readonly method: RunMethod
}

function areaRow(
  params: FidelityParams,
  { model, method, grid }: Explainer & { grid: string },
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
      metric: 'fidelity-area',
      better: 'higher',
      headline: true,
      rule: fidelity.rule(params),
      claim: {
        pass: 'The answer falls faster along this map than along random pixels',
        fail: 'The answer falls more slowly along this map than along random pixels',
        inconclusive: 'The answer does not clearly fall faster along this map than along random pixels'
      },
      model,
      method,
      grid,
      notes: [`Removed pixels were replaced by: ${params.replacement}.`]
    },
    numbers(found),
    numbers(random),
    statistics
  )
}

function curveOf(
  params: FidelityParams,
  { model, method }: Explainer,
  found: readonly Fall[],
  { row, statistics }: { row: ResultRow; statistics: Statistics }
): Curve {
  const points = numbersOf(params.percents).map((percent, index) => {
    const numbers = found.map(({ item: { id, patient }, scored }): CaseNumber => ({
      id,
      patient,
      value: typeof scored === 'string' ? null : scored[index]
    }))
    const { n, value, sd, ci95 } = statistics.summarise(numbers)
    return { x: `${percent} %`, n, value, sd, ci95 }
  })
  const means = points.flatMap(({ value }) => (value === null ? [] : [value]))
  return {
    criterion: row.criterion,
    metric: row.metric,
    model: model.id,
    method: method.id,
    xTitle: 'share of the most salient pixels replaced',
    yTitle: `fall of the ${params.score}`,
    points,
    limits: [],
    minimum: means.length === 0 ? null : Math.min(...means),
    end: points[points.length - 1]?.value ?? null
  }
}
