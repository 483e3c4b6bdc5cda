import * as v from 'valibot'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import { cueEnergy, cueRow, type CueFrame, type CueMeasure } from '@engine/criteria/cue-energy'
import { trained, type ExperimentRun, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { createPace } from '@engine/criteria/pace'
import { ruleFooting, ruleTexts, thresholdEntries } from '@engine/criteria/rules'
import { rowsByMethod } from '@engine/criteria/rows-by-method'
import { createStatistics } from '@engine/criteria/summary'
import type { ResultRow } from '@shared/report'

const Params = v.strictObject({
  ...thresholdEntries,
  margin: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 8),
    v.description('Pixels added around the cue: gradients often sit beside a marker, where it could be.')
  )
})
export type CuesParams = v.InferOutput<typeof Params>

/** Spurious cues: how much of the map lies on things that must not matter, over their share of the area. */
export const cues: Criterion<CuesParams> = {
  id: 'cues',
  title: 'Energy on spurious cues',
  area: 'cues',
  question: 'Keeps off things that must not matter',
  limit: 'share of the area',
  citation:
    'Lapuschkin S, Wäldchen S, Binder A, et al. Unmasking Clever Hans predictors and assessing what machines really learn. Nature Communications 2019;10:1096.',
  needs: ['cues'],
  params: Params,
  rule: (params) => `${ruleTexts.cues} ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const rows = await rowsByMethod(
      run,
      job,
      'Cues',
      (model) => (method) => assessMethod(run, source, params, { model, method })
    )
    return { ...nothingFound, rows: adjustRows(rows, run.spec), failed: source.failed }
  }
}

async function assessMethod(
  run: ExperimentRun,
  source: CaseSource,
  params: CuesParams,
  { model, method }: { model: RunModel; method: RunMethod }
): Promise<ResultRow[]> {
  const pace = createPace(source.job)
  const cases = run.spec.cases.filter((item) => item.hasCue)
  const margins = [...new Set([0, params.margin])]
  const measured = new Map<number, CueMeasure[]>(margins.map((margin) => [margin, []]))
  for (const item of cases) {
    const address = { modelId: model.id, caseId: item.id, methodId: method.id }
    const map = await source.map({ ...address, weights: trained })
    const boxes = await source.ask(address, () => run.cueBoxes(model.id, item.id))
    for (const margin of margins) measured.get(margin)!.push({ item, ...cueEnergy(map, boxes, margin) })
    await pace()
  }
  const frame: CueFrame = { model, method, grid: run.spec.grid, rule: cues.rule(params) }
  const statistics = createStatistics(params, run.spec.seed)
  return margins.flatMap((margin) => {
    const values = measured.get(margin)!
    const headline = margin === params.margin
    return [
      cueRow({ frame, margin, kind: 'energy-share', headline }, values, statistics),
      cueRow({ frame, margin, kind: 'enrichment', headline: false }, values, statistics)
    ]
  })
}
