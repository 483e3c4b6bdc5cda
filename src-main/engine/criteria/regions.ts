import * as v from 'valibot'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import { expectedRows, type CaseRegions } from '@engine/criteria/expected-regions'
import {
  trained,
  type ExperimentRun,
  type ReducedMap,
  type RegionMap,
  type RunMethod,
  type RunModel
} from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { createPace } from '@engine/criteria/pace'
import { betweenLabels, betweenRegions, regionPairs, scoresIn, type RegionTable } from '@engine/criteria/region-between'
import { groupRows, rowFrame, type RegionFrame, type RegionGroups } from '@engine/criteria/region-rows'
import { regionScores, scoresOf } from '@engine/criteria/region-scores'
import { groupTests } from '@engine/criteria/region-test'
import { missingRow } from '@engine/criteria/row'
import { ruleFooting, ruleTexts, thresholdEntries } from '@engine/criteria/rules'
import { rowsByMethod } from '@engine/criteria/rows-by-method'
import { createStatistics, type CaseNumber, type Statistics } from '@engine/criteria/summary'
import { adjustments } from '@engine/metrics/statistics/adjusted-p'
import type { ResultRow } from '@shared/report'

const Params = v.strictObject({
  ...thresholdEntries,
  score: v.pipe(v.optional(v.picklist(regionScores), 'mean'), v.description('How a map is scored inside a region.')),
  test: v.pipe(
    v.optional(v.picklist(groupTests), 'published'),
    v.description(
      'Test between cases with and without the finding; published: Student’s t where its assumptions hold, else Mann–Whitney.'
    )
  ),
  adjust: v.pipe(
    v.optional(v.picklist(adjustments), 'bonferroni'),
    v.description('Adjustment of the p values over the regions of one map.')
  )
})
export type RegionsParams = v.InferOutput<typeof Params>

/** Region scores: tested between groups, and held against the regions an expert expects. */
export const regions: Criterion<RegionsParams> = {
  id: 'regions',
  title: 'Scores of regions',
  area: 'regions',
  question: 'Highlights the expected regions',
  limit: 'chance',
  citation:
    'Sümer Ö, et al. A region-based evaluation of saliency maps for medical applications. MLHC 2023, PMLR 219:712–736.',
  needs: ['regions', 'labels'],
  params: Params,
  rule: (params) =>
    `${ruleTexts.regions} Groups: ${params.test}, ${params.score} in the region, p adjusted by ${params.adjust}. ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const rows = await rowsByMethod(
      run,
      job,
      'Regions',
      (model) => (method) => assessMethod(run, source, params, { model, method })
    )
    // Rows that judge are one family; tests between groups were adjusted over the regions of their map.
    return { ...nothingFound, rows: adjustRows(rows, run.spec), failed: source.failed }
  }
}

async function assessMethod(
  run: ExperimentRun,
  source: CaseSource,
  params: RegionsParams,
  { model, method }: { model: RunModel; method: RunMethod }
): Promise<ResultRow[]> {
  const frame: RegionFrame = { model, method, grid: run.spec.grid, rule: regions.rule(params) }
  const drawn = run.spec.regionFit ?? null
  const fitted = await methodRows(source, { frame, params, fitted: true })
  if (drawn === null) return fitted
  const before = (await methodRows(source, { frame, params, fitted: false })).map(asBefore)
  return [...fitted.map((row) => besideBefore(row, before, { run, params }, drawn)), ...before]
}

/** A row of the regions as they were drawn: beside the fitted one, it decides nothing. */
export const asBefore = (row: ResultRow): ResultRow => ({
  ...row,
  criterion: `${row.criterion}-before-fit`,
  headline: false
})

/** The headline with the same figure before fitting as a reference, paired by image. */
function besideBefore(
  row: ResultRow,
  before: readonly ResultRow[],
  { run, params }: { run: ExperimentRun; params: RegionsParams },
  fit: string
): ResultRow {
  const other = before.find(
    ({ criterion, metric }) => criterion === `${row.criterion}-before-fit` && metric === row.metric
  )
  if (!row.headline || other === undefined) return row
  const patient = new Map(run.spec.cases.map((item) => [item.id, item.patient]))
  const numbers = ({ perCase }: ResultRow): CaseNumber[] =>
    perCase.map(({ case: id, value }) => ({ id, patient: patient.get(id) ?? id, value }))
  const difference = createStatistics(params, run.spec.seed).difference(numbers(row), numbers(other))
  const reference = {
    id: 'before-fit',
    title: 'before fitting',
    value: other.value,
    ci95: other.ci95,
    decides: false,
    difference
  }
  return {
    ...row,
    references: [...row.references, reference],
    notes: [...row.notes, `Regions fitted to each image by ${fit}.`]
  }
}

async function methodRows(
  source: CaseSource,
  { frame, params, fitted }: { frame: RegionFrame; params: RegionsParams; fitted: boolean }
): Promise<ResultRow[]> {
  const { run } = source
  const { model, method } = frame
  const pace = createPace(source.job)
  const cases: CaseRegions[] = []
  for (const item of run.spec.cases) {
    const address = { modelId: model.id, caseId: item.id, methodId: method.id }
    const map = await source.map({ ...address, weights: trained })
    const found = await source.ask(address, () => run.regions(model.id, item.id, fitted))
    const names = typeof found === 'string' ? [] : found.names
    cases.push({ item, names, scores: caseScores(map, found, params) })
    await pace()
  }
  const names = [...new Set(cases.flatMap((one) => one.names))]
  if (names.length === 0) {
    const reason = cases.map(({ scores }) => scores).find((scores) => typeof scores === 'string')
    const headline = { ...rowFrame(frame, 'regions.expected', 'region-auc'), headline: true }
    return [missingRow(headline, frame.rule, `No region could be scored: ${String(reason ?? 'there are no cases')}.`)]
  }
  const statistics = createStatistics(params, run.spec.seed)
  return [
    ...expectedRows(frame, cases, run.spec.expectedRegions ?? [], statistics),
    ...testedRows({ frame, names, cases, params }, statistics)
  ]
}

/** What is tested of the scores of all regions of one map: between groups, between the regions of a patient, between findings. */
export function testedRows(
  { frame, names, cases, params }: Omit<RegionTable, 'adjustment'> & { readonly params: RegionsParams },
  statistics: Statistics
): ResultRow[] {
  const { score, test, adjust: adjustment } = params
  return [
    ...groupRows(
      frame,
      names.map((name) => groupsOf(name, cases)),
      { score, test, adjustment },
      statistics
    ),
    betweenRegions(frame, names, cases, statistics),
    ...regionPairs({ frame, names, cases, adjustment }, statistics),
    ...betweenLabels({ frame, names, cases, adjustment })
  ]
}

function caseScores(
  map: ReducedMap | string,
  found: RegionMap | string,
  { score }: RegionsParams
): (number | string)[] | string {
  if (typeof map === 'string') return map
  if (map.flat) return 'the map is the same everywhere'
  return typeof found === 'string' ? found : scoresOf(map, found, score)
}

function groupsOf(name: string, cases: readonly CaseRegions[]): RegionGroups {
  const labels = [...new Set(cases.map(({ item }) => item.label))]
  // Where every case has a label (two diagnoses), there is nobody without a finding to compare with.
  const named = labels.length > 1 && !labels.includes(null)
  const isFirst = ({ item }: CaseRegions): boolean => (named ? item.label === labels[0] : item.label !== null)
  return {
    name,
    words: named
      ? [`in ${labels[0]}`, `in ${labels.length === 2 ? labels[1] : 'the others'}`]
      : ['with the finding', 'without'],
    withFinding: scoresIn(name, cases.filter(isFirst)),
    without: scoresIn(
      name,
      cases.filter((one) => !isFirst(one))
    )
  }
}
