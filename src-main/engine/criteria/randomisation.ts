import * as v from 'valibot'
import { cascadePoints, runCascade, type Cascade, type CascadePlan } from '@engine/criteria/cascade'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { classifiers, comparedCases, sampledCases } from '@engine/criteria/case-choice'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import { methodsOf, type ExperimentRun, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { missingRow, type RowFrame } from '@engine/criteria/row'
import { cascadeCurve, cascadeRow } from '@engine/criteria/randomisation-rows'
import { ruleFooting, ruleTexts, thresholdEntries } from '@engine/criteria/rules'
import { createStatistics } from '@engine/criteria/summary'
import type { Curve, ResultRow } from '@shared/report'

const Params = v.strictObject({
  ...thresholdEntries,
  images: v.pipe(
    v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), null),
    v.description('Images the cascade runs on, drawn by patient; all when empty.')
  ),
  randomPairs: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 50),
    v.description('Random pairs of different patients per image; 0 for all.')
  ),
  every: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
    v.description('Stages scrambled between two points of the curve; the last point always has all of them scrambled.')
  ),
  repeats: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
    v.description('Independent re-initialisations; the similarities are averaged per image.')
  )
})
export type RandomisationParams = v.InferOutput<typeof Params>

/** Cascading randomisation of the weights, from the output to the stem: does the map show the model or the image? */
export const randomisation: Criterion<RandomisationParams> = {
  id: 'randomisation',
  title: 'Sensitivity to weights, cascading randomisation',
  area: 'randomisation',
  question: 'Depends on training',
  limit: 'similarity of maps of different patients',
  citation:
    'Adebayo J, Gilmer J, Muelly M, Goodfellow I, Hardt M, Kim B. Sanity checks for saliency maps. NeurIPS 2018; threshold: Arun N, et al. Radiology: Artificial Intelligence 2021;3(6):e200267.',
  needs: ['stages'],
  params: Params,
  rule: (params) => `${ruleTexts.randomisation} ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const rows: ResultRow[] = []
    const curves: Curve[] = []
    for (const model of classifiers(run.spec)) {
      const found = await assessModel(run, source, params, model)
      rows.push(...adjustRows(found.rows))
      curves.push(...found.curves)
    }
    return { ...nothingFound, rows, curves, failed: source.failed }
  }
}

async function assessModel(
  run: ExperimentRun,
  source: CaseSource,
  params: RandomisationParams,
  model: RunModel
): Promise<{ rows: ResultRow[]; curves: Curve[] }> {
  const statistics = createStatistics(params, run.spec.seed)
  const rule = randomisation.rule(params)
  const cases = sampledCases(comparedCases(run.spec), params.images, run.spec.seed)
  const stages = await source.ask({ modelId: model.id, caseId: '' }, () => run.stages(model.id))
  const rows: ResultRow[] = []
  const curves: Curve[] = []
  const methods = methodsOf(run.spec, model.id)
  const planOf = (method: RunMethod | undefined): CascadePlan | null =>
    method === undefined || whyNot(stages, method) !== null
      ? null
      : { model, method, cases, points: cascadePoints(stages as readonly string[], params.every), params }
  for (const [index, method] of methods.entries()) {
    const frame = frameOf(run, model, method)
    const plan = planOf(method)
    if (plan === null) rows.push(missingRow(frame, rule, whyNot(stages, method) ?? ''))
    else {
      const cascade: Cascade = await runCascade(source, plan, planOf(methods[index + 1]))
      const row = cascadeRow({ frame, rule, model, method }, cascade, statistics)
      rows.push(row)
      curves.push(cascadeCurve(row, cascade, statistics))
    }
    source.job.partial?.({ row: rows[rows.length - 1] })
  }
  return { rows, curves }
}

function whyNot(stages: readonly string[] | string, method: RunMethod): string | null {
  if (method.imported) return 'The maps were made elsewhere: there are no weights to scramble.'
  if (typeof stages === 'string') return `The layers could not be re-initialised: ${stages}`
  return stages.length === 0 ? 'The layers could not be re-initialised: the model names no stages.' : null
}

function frameOf(run: ExperimentRun, model: RunModel, method: RunMethod): RowFrame {
  return {
    criterion: 'randomisation.cascading',
    metric: 'ssim',
    method: method.id,
    models: [model.id],
    grid: run.spec.grid,
    headline: true,
    better: 'lower'
  }
}
