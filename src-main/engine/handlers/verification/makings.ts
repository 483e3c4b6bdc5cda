import type { RunSpec } from '@engine/criteria/experiment-run'
import { criteria } from '@engine/criteria/index'
import { parseCriterionParams } from '@engine/criteria/parameters'
import type { Thresholds } from '@engine/criteria/rules'
import { createStatistics, type CaseNumber, type Statistics } from '@engine/criteria/summary'
import { criteriaParams } from '@shared/interval-words'
import type { CaseValue, Report, ResultRow } from '@shared/report'

/** Means, intervals and thresholds of a criterion of a report. */
export interface Making {
  /** Id of the criterion. */
  readonly id: string
  readonly statistics: Statistics
  readonly params: Readonly<Record<string, unknown>>
}

/** A report and what is known of how it was made. */
export interface ReportAgain {
  readonly report: Report
  readonly spec: RunSpec
  /** Folder of the report, for the maps that lie beside it. */
  readonly folder: string
  /** By the criteria that ask about an area: they may have thresholds of their own. */
  ofRow(row: Pick<ResultRow, 'criterion'>): readonly Making[]
  /** undefined where the report did not ask the criterion. */
  of(criterionId: string): Making | undefined
  numbersOf(values: readonly CaseValue[]): CaseNumber[]
}

/** `asked`: the criteria with their parameters, as the experiment has them where it is at hand. */
export function reportAgain(
  report: Report,
  spec: RunSpec,
  folder: string,
  asked: ReturnType<typeof criteriaParams> = criteriaParams(report.recipe)
): ReportAgain {
  const patients = new Map(report.cases.map(({ id, patient }) => [id, patient]))
  const makings = asked.flatMap(({ id, params: raw }) => {
    const criterion = criteria.find((one) => one.id === id)
    if (criterion === undefined) return []
    const params = parseCriterionParams(criterion, raw)
    const statistics = createStatistics(params as unknown as Thresholds, report.recipe.seed)
    return [{ id, area: criterion.area, params, statistics }]
  })
  return {
    ...{ report, spec, folder },
    ofRow: ({ criterion }) => makings.filter(({ area }) => area === criterion.slice(0, criterion.indexOf('.'))),
    of: (criterionId) => makings.find(({ id }) => id === criterionId),
    numbersOf: (values) =>
      values.map(({ case: id, value, reason }) => ({
        ...{ id, patient: patients.get(id) ?? id, value },
        ...(reason === undefined ? {} : { reason })
      }))
  }
}
