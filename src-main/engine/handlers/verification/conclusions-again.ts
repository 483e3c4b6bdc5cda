import { composeAnswer } from '@engine/criteria/answer'
import type { RunSpec } from '@engine/criteria/experiment-run'
import { criteria } from '@engine/criteria/index'
import { verdictMatrix } from '@engine/criteria/matrix'
import { createPace } from '@engine/criteria/pace'
import { parseCriterionParams } from '@engine/criteria/parameters'
import type { Thresholds } from '@engine/criteria/rules'
import { createStatistics } from '@engine/criteria/summary'
import type { Job } from '@engine/job'
import { criteriaParams } from '@shared/interval-words'
import { counted } from '@shared/number-words'
import type { Report, ResultRow } from '@shared/report'
import { hashJson } from '../recipe'
import type { Rerun } from './rerun'
import { isMean, rowProblems, type RowMaking } from './row-again'

/**
 * Everything that a report concludes from its own values, drawn from them again: mean, interval by patient (same draws), differences from the
 * references and verdict of every row, the table of verdicts, and the first page. Throws Fault `cancelled`.
 */
export async function conclusionsAgain(report: Report, spec: RunSpec, job: Job): Promise<Rerun[]> {
  const makings = makingsOf(report)
  const pace = createPace(job)
  const wrong: Rerun[] = []
  let [means, asWritten] = [0, 0]
  for (const [index, row] of report.results.entries()) {
    await pace()
    job.progress('drawing verdicts again', index, report.results.length)
    const possible = makings(row)
    if (row.n === 0 && row.value === null) continue
    if (!isMean(row) || possible.length === 0) asWritten += 1
    else {
      means += 1
      const fewest = fewestProblems(row, possible)
      if (fewest.length > 0)
        wrong.push(
          differs(
            nameOf(row, index),
            `${fewest[0]}${fewest.length > 1 ? `, and ${counted(fewest.length - 1, 'more difference')}` : ''}`
          )
        )
    }
  }
  return [...wrong, ...summaryOf(means, asWritten, wrong.length), ...pagesAgain(report, spec)]
}

/** Criteria of one area may have thresholds of their own; the row follows from those of one of them. */
function fewestProblems(row: ResultRow, makings: readonly RowMaking[]): string[] {
  let fewest: string[] | null = null
  for (const making of makings) {
    const problems = rowProblems(row, making)
    if (problems.length === 0) return problems
    if (fewest === null || problems.length < fewest.length) fewest = problems
  }
  return fewest ?? []
}

const differs = (file: string, reason: string): Rerun => ({ file, state: 'differs', off: null, reason })
const same = (file: string, reason = ''): Rerun => ({ file, state: 'identical', off: 0, reason })

function nameOf({ criterion, metric, method, model, finding }: ResultRow, index: number): string {
  const about = [criterion, metric, method, model, finding ?? ''].filter((word) => word !== '').join(', ')
  return `report.json, row ${index + 1} (${about})`
}

function summaryOf(means: number, asWritten: number, wrong: number): Rerun[] {
  const left = asWritten === 0 ? '' : `${counted(asWritten, 'row')} about a whole cohort taken as written`
  return means > wrong
    ? [same(`report.json, ${counted(means - wrong, 'row')} (mean, interval, differences, verdict)`, left)]
    : []
}

/** How rows of an area were made, by every criterion of the report that asks about it. */
function makingsOf({ recipe, cases }: Report): (row: ResultRow) => RowMaking[] {
  const patients = new Map(cases.map(({ id, patient }) => [id, patient]))
  const patientOf = (caseId: string): string => patients.get(caseId) ?? caseId
  const byArea = new Map<string, RowMaking[]>()
  for (const { id, params: raw } of criteriaParams(recipe)) {
    const criterion = criteria.find((one) => one.id === id)
    if (criterion === undefined || criterion.area === null) continue
    const params = parseCriterionParams(criterion, raw)
    const statistics = createStatistics(params as unknown as Thresholds, recipe.seed)
    byArea.set(criterion.area, [...(byArea.get(criterion.area) ?? []), { statistics, params, patientOf }])
  }
  return ({ criterion }) => byArea.get(criterion.slice(0, criterion.indexOf('.'))) ?? []
}

/** The table of verdicts from the rows, and the first page from the table. */
function pagesAgain(report: Report, spec: RunSpec): Rerun[] {
  const matrix = verdictMatrix(spec, report.results)
  const { complete, casesDone } = report.coverage
  const answer = composeAnswer({
    spec,
    matrix,
    results: report.results,
    answerKey: report.answerKey,
    performance: report.models.map(({ id, performance }) => ({ modelId: id, figures: performance })),
    changedRules: report.recipe.changedRules,
    coverage: { complete, casesDone }
  })
  const cells = matrix.flatMap((row, index) =>
    isSame(row, report.matrix[index]) ? [] : [`${row.method}, ${row.model}`]
  )
  const sentences = (Object.keys(answer) as (keyof typeof answer)[]).filter(
    (part) => !isSame(answer[part], report.answer[part])
  )
  return [
    cells.length > 0 || matrix.length !== report.matrix.length
      ? differs(
          'report.json, table of verdicts',
          `the rows give another one${cells.length > 0 ? ` for ${cells.join('; ')}` : ''}`
        )
      : same('report.json, table of verdicts'),
    sentences.length > 0
      ? differs('report.json, first page', `the rows give other sentences (${sentences.join(', ')})`)
      : same('report.json, first page')
  ]
}

const isSame = (a: unknown, b: unknown): boolean => hashJson(a ?? null) === hashJson(b ?? null)
