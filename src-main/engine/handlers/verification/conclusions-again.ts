import { composeAnswer } from '@engine/criteria/answer'
import { verdictMatrix } from '@engine/criteria/matrix'
import { createPace } from '@engine/criteria/pace'
import type { Job } from '@engine/job'
import { counted } from '@shared/number-words'
import type { Reference, ResultRow } from '@shared/report'
import type { ReportAgain } from './makings'
import { reportParts } from './parts/index'
import { isSame } from './parts/part'
import type { Rerun } from './rerun'
import { isMean, rowProblems } from './row-again'
import { asStated, differs, takenAsWritten } from './said'

/**
 * Everything that a report concludes from its own values, drawn from them again: mean, interval by patient (same draws), differences from the
 * references and verdict of every row, what stands beside the rows, the table of verdicts, and the first page; then what it keeps no values of, which
 * is taken as it is written. Throws Fault `cancelled`.
 */
export async function conclusionsAgain(of: ReportAgain, job: Job): Promise<Rerun[]> {
  const rows = await rowsAgain(of, job)
  const pace = createPace(job)
  const parts: Rerun[] = []
  const taken: string[] = []
  for (const [index, part] of reportParts.entries()) {
    await pace()
    job.progress(`drawing ${part.title} again`, index, reportParts.length)
    const { drawn, wrong, asWritten } = await part.again(of)
    parts.push(...wrong.map(({ what, reason }) => differs(`report.json, ${what}`, reason)))
    // Of one thing several may be wrong.
    if (drawn > 0 && wrong.length === 0) parts.push(asStated(`report.json, ${part.title}: ${drawn}`))
    taken.push(...asWritten)
  }
  return [...rows, ...parts, ...pagesAgain(of), ...taken.map((what) => takenAsWritten(what))]
}

async function rowsAgain(of: ReportAgain, job: Job): Promise<Rerun[]> {
  const pace = createPace(job)
  const { results } = of.report
  const wrong: Rerun[] = []
  let [right, unasked] = [0, 0]
  for (const [index, row] of results.entries()) {
    await pace()
    job.progress('drawing verdicts again', index, results.length)
    if (isEmpty(row)) {
      if (row.verdict.state !== 'not-assessable')
        wrong.push(differs(nameOf(row, index), `its verdict is written as “${row.verdict.state}”, and it has no value`))
      continue
    }
    if (!isMean(row)) continue
    if (of.ofRow(row).length === 0) {
      unasked += 1
      continue
    }
    const fewest = fewestProblems(row, of)
    if (fewest.length === 0) right += 1
    const more = fewest.length > 1 ? `, and ${counted(fewest.length - 1, 'more difference')}` : ''
    if (fewest.length > 0) wrong.push(differs(nameOf(row, index), `${fewest[0]}${more}`))
  }
  const apart = results.filter((row) => isMean(row) && row.references.some(isApart)).length
  return [
    ...wrong,
    ...(right > 0 ? [asStated(`report.json, ${counted(right, 'row')} (mean, interval, differences, verdict)`)] : []),
    ...(unasked > 0 ? [takenAsWritten(`${counted(unasked, 'row')} of criteria that its recipe does not state`)] : []),
    ...(apart > 0 ? [takenAsWritten(`references of ${counted(apart, 'row')} that do not speak for a map`)] : [])
  ]
}

/** A row that holds no value: nothing follows from it. */
const isEmpty = ({ n, value, perCase }: ResultRow): boolean =>
  n === 0 && value === null && perCase.every((one) => one.value === null)

/** A reference with a difference whose values are not kept: both are taken as they are written. */
const isApart = ({ perCase, difference }: Reference): boolean => perCase === undefined && difference !== null

/** Criteria of one area may have thresholds of their own; the row follows from those of one of them. */
function fewestProblems(row: ResultRow, of: ReportAgain): string[] {
  let fewest: string[] | null = null
  for (const making of of.ofRow(row)) {
    const problems = rowProblems(row, of, making)
    if (problems.length === 0) return problems
    if (fewest === null || problems.length < fewest.length) fewest = problems
  }
  return fewest ?? []
}

function nameOf({ criterion, metric, method, model, finding }: ResultRow, index: number): string {
  const about = [criterion, metric, method, model, finding ?? ''].filter((word) => word !== '').join(', ')
  return `report.json, row ${index + 1} (${about})`
}

/** The table of verdicts from the rows, and the first page from the table. */
function pagesAgain({ report, spec }: ReportAgain): Rerun[] {
  const matrix = verdictMatrix(spec, report.results, report.coverage.complete)
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
      : asStated('report.json, table of verdicts'),
    sentences.length > 0
      ? differs('report.json, first page', `the rows give other sentences (${sentences.join(', ')})`)
      : asStated('report.json, first page')
  ]
}
