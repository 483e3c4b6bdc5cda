import { answerFor } from '@engine/criteria/correctness'
import { isUnavailable, type ExperimentRun, type RunSpec } from '@engine/criteria/experiment-run'
import { criteria } from '@engine/criteria/index'
import { parseCriterionParams } from '@engine/criteria/parameters'
import { asFault } from '@engine/fault'
import { csvRows } from '@engine/formats/csv'
import { type Job, quietJob } from '@engine/job'
import { valuesOf } from '@engine/report/csv'
import type { ResultRow } from '@shared/report'
import { experimentRunOf } from '../elsewhere-run'
import type { ExperimentParts } from '../experiment-parts'
import { runSpec } from '../experiment-spec'
import { reportCases } from '../report-cases'
import type { SettledParts } from '../report-settled'
import { drawn } from './drawn'
import { alike, type Rerun } from './rerun'
import { asStated, differs } from './said'

/** One line of results.csv: it states a number, or why there is none. */
export interface ResultLine {
  readonly line: number
  readonly case: string
  readonly model: string
  readonly method: string
  readonly target: string
  readonly metric: string
  /** null: there is none, for the reason stated. */
  readonly value: number | null
  readonly reason: string
  readonly criterion: string
}

/** Numbers of these criteria are about the whole cohort, so one case says nothing of them. */
const cohortWide = ['groups', 'map-kinds']
const cohortRows = ['groups.', 'cues.kinds']
/** Chance is a mean over maps of many other patients. */
const chanceLines = /-reference-(own-)?random-pairs$/u

/** Lines that one case (or two) can give again, drawn by a seed. A line without a number is one of them: it must not have one. */
export function drawnLines(csv: string, order: { count: number; seed: number }): ResultLine[] {
  const [names, ...rows] = csvRows(csv)
  const lines = rows.flatMap((row, index): ResultLine[] => {
    const cell = (name: string): string => row[names.indexOf(name)] ?? ''
    if (cohortRows.some((start) => cell('criterion').startsWith(start))) return []
    if (chanceLines.test(cell('metric'))) return []
    const [model, method, target, metric, criterion] = ['model', 'method', 'target', 'metric', 'criterion'].map(cell)
    const value = cell('value') === '' ? null : Number(cell('value'))
    const reason = cell('reason')
    return [{ line: index + 2, case: cell('case'), model, method, target, metric, criterion, value, reason }]
  })
  return drawn(lines, order)
}

/** Computes numbers of a report again, each from its case alone; lines about one map share what is computed. */
export class LinesAgain {
  private readonly rows = new Map<string, Promise<readonly ResultRow[]>>()

  constructor(
    private readonly parts: ExperimentParts,
    private readonly asked: SettledParts['recipe']['criteria']
  ) {}

  /** Throws Fault `cancelled`. */
  async again(line: ResultLine, job: Job): Promise<Rerun> {
    const about = [line.metric, line.method, line.model, line.case].filter((word) => word !== '').join(', ')
    const file = `results.csv, line ${line.line} (${about})`
    const missing = (reason: string): Rerun => ({ file, state: 'not-computed', off: null, reason })
    try {
      const value = await this.number(line, job)
      if (line.value === null) return comparedReason(file, value, line.reason)
      if (typeof value === 'number') return comparedNumber(file, value, line.value)
      return missing(typeof value === 'string' ? value : value.none)
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code === 'cancelled') throw fault
      return missing(fault.message)
    }
  }

  /** The number; why there is none; or a phrase where it cannot be told. */
  private async number(line: ResultLine, job: Job): Promise<number | NoNumber | string> {
    const spec = specOf(line, this.parts)
    const run = experimentRunOf(this.parts, spec)
    if (line.criterion === 'prediction') return predictionAgain(line, run)
    if (line.criterion === 'performance') return answerAgain(line, run)
    let none: NoNumber | string = 'no criterion of the report gives this number'
    for (const { id, params } of this.asked) {
      const criterion = criteria.find((one) => one.id === id && one.area === areaOf(line) && !cohortWide.includes(id))
      if (criterion === undefined) continue
      const key = JSON.stringify([id, line.case, line.model, line.method])
      const asked =
        this.rows.get(key) ??
        criterion.assess(run, parseCriterionParams(criterion, params), quietJob(job.signal)).then(({ rows }) => rows)
      this.rows.set(key, asked)
      const found = valueIn(await asked, line)
      if (typeof found === 'number') return found
      none = found ?? none
    }
    return none
  }
}

/** A value that does not exist, and why. */
interface NoNumber {
  readonly none: string
}

/** The number of a line among the rows of its criterion; the reason where it has none, undefined where it does not occur. */
function valueIn(rows: readonly ResultRow[], line: ResultLine): number | NoNumber | undefined {
  const own = rows.filter(
    ({ criterion, method, model, finding }) =>
      criterion === line.criterion &&
      method === line.method &&
      model === line.model &&
      (finding === undefined || finding === line.target)
  )
  const measured = own.flatMap(valuesOf).filter(({ metric }) => metric === line.metric)
  const found = measured.flatMap(({ perCase }) => perCase).find((one) => one.case === line.case)
  if (found !== undefined) return found.value ?? { none: found.reason ?? 'not defined' }
  // Of one image without a value there is no row, or no reference: it says why.
  const empty = own.find(({ metric, n }) => metric === line.metric && n === 0)
  const references = own.flatMap((row) =>
    row.references.filter(({ id, value }) => value === null && `${row.metric}-reference-${id}` === line.metric)
  )
  const none = empty?.verdict.reason ?? references[0]?.reason
  return none === undefined ? undefined : { none }
}

const areaOf = ({ criterion }: ResultLine): string => criterion.slice(0, criterion.indexOf('.'))

/** The experiment cut down to what the line is about; a comparison of models needs all of them. */
function specOf({ case: caseId, model, method }: ResultLine, parts: ExperimentParts): RunSpec {
  const spec = runSpec(parts, caseId.split(' × '))
  const named = spec.methods.filter(({ id }) => id === method)
  const alone = spec.models.some(({ id }) => id === model)
  return {
    ...spec,
    methods: named.length > 0 ? named : spec.methods,
    models: alone ? spec.models.filter(({ id, role }) => id === model || role === 'localiser') : spec.models
  }
}

async function predictionAgain(line: ResultLine, run: ExperimentRun): Promise<number | string> {
  const [{ predictions }] = await reportCases(run, run.spec)
  const found = predictions.find(({ model }) => model === line.model)
  if (found === undefined) return 'the model gives no answer'
  return line.metric === 'logit' ? found.logit : found.probability
}

/** What a classifier says of a case for the label that the line is about. */
async function answerAgain(
  { model: id, case: caseId, target, metric }: ResultLine,
  run: ExperimentRun
): Promise<number | NoNumber | string> {
  const model = run.spec.models.find((one) => one.id === id)
  const item = run.spec.cases.find((one) => one.id === caseId)
  if (model === undefined || item === undefined) return 'the experiment has no such model or case'
  const prediction = await run.prediction(id, caseId, null)
  if (isUnavailable(prediction)) return prediction.unavailable
  const answer = answerFor(model, item, target, prediction)
  if (answer === null) return 'the model has no such output'
  return metric === 'answer-logit' ? answer.logit : (answer.probability ?? { none: noProbability })
}

const noProbability = 'the card names no activation, so there is no probability'

/** A line without a number beside what comes out now. */
function comparedReason(file: string, found: number | NoNumber | string, stated: string): Rerun {
  if (typeof found === 'number') return differs(file, `none was written (${stated}), ${shortened(found)} comes out`)
  if (typeof found === 'string') return { file, state: 'not-computed', off: null, reason: found }
  if (found.none === stated) return asStated(file)
  return { file, state: 'alike', off: 0, reason: `there is no value, now because: ${found.none}` }
}

const shortened = (value: number): number => Number(value.toPrecision(6))

function comparedNumber(file: string, value: number, kept: number): Rerun {
  if (value === kept) return { file, state: 'identical', off: 0, reason: '' }
  const off = Math.abs(value - kept) / Math.max(Math.abs(kept), Math.abs(value), 1e-9)
  const shown = `${shortened(kept)} was written, ${shortened(value)} comes out`
  return { file, state: off <= alike ? 'alike' : 'differs', off, reason: shown }
}
