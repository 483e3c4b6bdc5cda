import * as v from 'valibot'
import { rowAgainstRandom } from '@engine/criteria/against-random'
import { classifiers } from '@engine/criteria/case-choice'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { numbersOf, Percentages } from '@engine/criteria/completeness'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import { methodsOf, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { createPace } from '@engine/criteria/pace'
import { deletionCurve, type Explained } from '@engine/criteria/perturbation-scores'
import { ruleFooting, ruleTexts, thresholdEntries } from '@engine/criteria/rules'
import {
  askedCases,
  explainedCase,
  randomExplained,
  type Asked,
  type AskedCase
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
    const rows: ResultRow[] = []
    const curves: Curve[] = []
    for (const model of classifiers(run.spec)) {
      const cases = await askedCases(source, model, { images: params.images, scale: params.score })
      const random = await falls(source, params, cases, (asked) =>
        Promise.resolve(randomExplained(asked, run.spec.seed))
      )
      const methods = methodsOf(run.spec, model.id)
      for (const [index, method] of methods.entries()) {
        const found = await falls(source, params, cases, (asked) =>
          explainedCase(source, { modelId: model.id, method, asked })
        )
        const row = areaRow(params, { model, method, grid: run.spec.grid }, { found, random, statistics })
        job.partial?.({ row })
        rows.push(row)
        curves.push(curveOf(params, { model, method }, found, { row, statistics }))
        job.progress(`Fidelity, ${model.title}`, index + 1, methods.length)
      }
    }
    return { ...nothingFound, rows: adjustRows(rows), curves, failed: source.failed }
  }
}

/** How far the answer of a case falls at each share. */
interface Fall {
  readonly item: AskedCase['item']
  readonly drops: readonly number[] | string
}

async function falls(
  source: CaseSource,
  { percents, replacement }: FidelityParams,
  cases: readonly AskedCase[],
  explain: (asked: Asked) => Promise<Explained | string>
): Promise<Fall[]> {
  const pace = createPace(source.job)
  const shares = numbersOf(percents).map((percent) => percent / 100)
  const found: Fall[] = []
  for (const { item, asked } of cases) {
    const explained = typeof asked === 'string' ? asked : await explain(asked)
    if (typeof explained === 'string' || typeof asked === 'string') {
      found.push({ item, drops: String(explained) })
      continue
    }
    const after = await deletionCurve(explained, asked.answers, { shares, replacement })
    found.push({ item, drops: typeof after === 'string' ? after : after.map((answer) => asked.before - answer) })
    await pace()
  }
  return found
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
    list.map(({ item: { id, patient }, drops }) =>
      typeof drops === 'string'
        ? { id, patient, value: null, reason: drops }
        : { id, patient, value: areaOf(drops, percents) }
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
    const numbers = found.map(({ item: { id, patient }, drops }): CaseNumber => ({
      id,
      patient,
      value: typeof drops === 'string' ? null : drops[index]
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
