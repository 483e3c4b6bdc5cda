import { type CriterionResult, nothingFound } from '@engine/criteria/criterion'
import type { ExperimentRun } from '@engine/criteria/experiment-run'
import { criteria } from '@engine/criteria/index'
import { parseCriterionParams } from '@engine/criteria/parameters'
import { ruleFooting, type Thresholds } from '@engine/criteria/rules'
import { asFault } from '@engine/fault'
import { type Job, quietJob, throwIfCancelled } from '@engine/job'
import type { ResultRow } from '@shared/report'
import { type MapPrint, MapPrints } from '../../map-prints'
import { StandInRun } from './stand-in-run'

/** What the questions of a report lead to, with figures of stand-ins. */
export interface AskedParts extends Required<CriterionResult> {
  /** The maps, of trained weights, that the criteria ask for. */
  readonly maps: readonly Pick<MapPrint, 'model' | 'method' | 'case'>[]
  /** Criteria that could not be asked again, with the reason. */
  readonly unasked: readonly string[]
}

type Asked = readonly { readonly id: string; readonly params: Readonly<Record<string, unknown>> }[]

/** Resamples of intervals that nobody reads. */
const fewDraws = 20

/**
 * Asks criteria again with their parameters, of stand-ins for the maps: which rows, curves, comparisons and figures a report of them must hold. Throws
 * Fault `cancelled`.
 */
export async function askedParts(asked: Asked, run: ExperimentRun, job: Job): Promise<AskedParts> {
  const prints = new MapPrints()
  const standIn = prints.watch(new StandInRun(run))
  const found: CriterionResult[] = []
  const unasked: string[] = []
  for (const [index, { id, params: raw }] of asked.entries()) {
    throwIfCancelled(job)
    job.progress('asking what the report must hold', index, asked.length)
    const criterion = criteria.find((one) => one.id === id)
    if (criterion === undefined) {
      unasked.push(`${id}: this version knows no such criterion`)
      continue
    }
    try {
      const params = parseCriterionParams(criterion, raw)
      const fewer = 'draws' in params ? { ...params, draws: fewDraws } : params
      const part = await criterion.assess(standIn, fewer, quietJob(job.signal))
      found.push({ ...part, rows: part.rows.map((row) => withRule(row, fewer, params)) })
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code === 'cancelled') throw fault
      unasked.push(`${id}: ${fault.message}`)
    }
  }
  return { ...joined(found), maps: prints.list(), unasked }
}

/** The rule as the report prints it: the stand-ins were resampled less often. */
function withRule(
  row: ResultRow,
  fewer: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, unknown>>
): ResultRow {
  const [shorter, printed] = [fewer, params].map((one) => ruleFooting(one as unknown as Thresholds))
  return { ...row, verdict: { ...row.verdict, rule: row.verdict.rule.replace(shorter, printed) } }
}

const joined = (found: readonly CriterionResult[]): Required<CriterionResult> => ({
  ...nothingFound,
  rows: found.flatMap(({ rows }) => rows),
  curves: found.flatMap(({ curves }) => curves),
  comparisons: found.flatMap(({ comparisons }) => comparisons),
  answerKey: found.flatMap(({ answerKey }) => answerKey),
  performance: found.flatMap(({ performance }) => performance),
  distributions: found.flatMap(({ distributions }) => distributions),
  groups: found.flatMap(({ groups = [] }) => groups),
  mapClusters: found.flatMap(({ mapClusters = [] }) => mapClusters)
})
