import * as v from 'valibot'
import type { CriterionResult } from '@engine/criteria/criterion'
import type { ExperimentRun } from '@engine/criteria/experiment-run'
import { criteria } from '@engine/criteria/index'
import { parseCriterionParams } from '@engine/criteria/parameters'
import { quietJob, type Job } from '@engine/job'
import { AnswerKey, Comparison, Curve, Performance, ResultRow } from '@shared/report'

/** Fewer draws than by default: the tests ask for clear cases. */
const quick = { draws: 400 }

/** Assesses one criterion and checks everything it says against the schema of report.json (no NaN among it). */
export async function assess(
  id: string,
  run: ExperimentRun,
  params: Record<string, unknown> = {},
  job: Job = quietJob()
): Promise<CriterionResult> {
  const criterion = criteria.find((item) => item.id === id)!
  const result = await criterion.assess(run, parseCriterionParams(criterion, { ...quick, ...params }), job)
  v.parse(v.array(ResultRow), result.rows)
  v.parse(v.array(Curve), result.curves)
  v.parse(v.array(Comparison), result.comparisons)
  v.parse(v.array(AnswerKey), result.answerKey)
  for (const item of result.performance) v.parse(v.array(Performance), item.figures)
  return result
}

/** The row that speaks for a method (and model). */
export function headlineRow(result: CriterionResult, method: string, model?: string): ResultRow {
  return result.rows.find(
    (row) => row.headline && row.method === method && (model === undefined || row.models.includes(model))
  )!
}

export function stateOf(result: CriterionResult, method: string, model?: string): string {
  return headlineRow(result, method, model).verdict.state
}
