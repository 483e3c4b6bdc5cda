import * as v from 'valibot'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import { trained, type ExperimentRun, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { humanOverlap, overlapKinds, revealChange } from '@engine/criteria/human-overlap'
import { humanRow, revealRows, type HumanFrame, type HumanMeasure } from '@engine/criteria/human-rows'
import { createPace } from '@engine/criteria/pace'
import { ruleFooting, thresholdEntries } from '@engine/criteria/rules'
import { rowsByMethod } from '@engine/criteria/rows-by-method'
import { createStatistics } from '@engine/criteria/summary'
import type { ResultRow } from '@shared/report'

const Params = v.strictObject({
  ...thresholdEntries,
  overlap: v.pipe(
    v.optional(v.picklist(overlapKinds), 'dice'),
    v.description('Overlap of a map with a reader and of two readers: Dice or IoU, at equal area.')
  ),
  margin: v.pipe(
    v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.05),
    v.description('By how much a map may agree less with a reader than another reader does.')
  )
})
export type HumanParams = v.InferOutput<typeof Params>

/** Map against reader, on the axis of reader against reader; and what readers changed once a map was revealed. */
export const human: Criterion<HumanParams> = {
  id: 'human',
  title: 'Map against readers',
  area: 'human',
  question: 'Agrees with readers as readers do',
  limit: 'reader against reader',
  citation:
    'Saporta A, et al. Benchmarking saliency methods for chest X-ray interpretation. Nature Machine Intelligence 2022;4:867–878. Arras L, Osman A, Samek W. CLEVR-XAI. Information Fusion 2022;81:14–40 (relevance rank).',
  needs: ['masks'],
  params: Params,
  rule: (params) =>
    `Saliscope’s own rule: pass if the lower bound of (map against reader − reader against reader) is above −${params.margin}; fail if the upper bound is below −${params.margin}. ` +
    `Both are ${params.overlap === 'dice' ? 'Dice' : 'IoU'}; the map is cut at the area of the reader’s outline. ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const rows = await rowsByMethod(
      run,
      job,
      'Readers',
      (model) => (method) => assessMethod(run, source, params, { model, method })
    )
    return { ...nothingFound, rows: adjustRows(rows, run.spec), failed: source.failed }
  }
}

async function assessMethod(
  run: ExperimentRun,
  source: CaseSource,
  params: HumanParams,
  { model, method }: { model: RunModel; method: RunMethod }
): Promise<ResultRow[]> {
  const pace = createPace(source.job)
  const measures: HumanMeasure[] = []
  for (const item of run.spec.cases.filter(({ readers, hasMask }) => hasMask || (readers ?? 0) > 0)) {
    const address = { modelId: model.id, caseId: item.id, methodId: method.id }
    const outlines = await source.ask(address, () => run.readers(model.id, item.id))
    const map = typeof outlines === 'string' ? outlines : await source.map({ ...address, weights: trained })
    if (typeof map === 'string' || typeof outlines === 'string') {
      const reason = typeof map === 'string' ? map : 'no outline'
      measures.push({ item, overlap: reason, reveal: reason })
    } else {
      measures.push({
        item,
        overlap: humanOverlap(map, outlines, params.overlap),
        reveal: revealChange(map, outlines, params.overlap)
      })
    }
    await pace()
  }
  const frame: HumanFrame = { model, method, grid: run.spec.grid, rule: human.rule(params), ...params }
  const statistics = createStatistics(params, run.spec.seed)
  return [humanRow(frame, measures, statistics), ...revealRows(frame, measures, statistics)]
}
