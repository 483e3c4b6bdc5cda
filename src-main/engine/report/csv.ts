import { csvLines } from '@shared/csv-lines'
import type { FigureData } from '@shared/figures/scene'
import type { MethodGrid } from '@shared/method-grid'
import type { Report, ResultRow } from '@shared/report'

const columns = [
  'case',
  'patient',
  'model',
  'method',
  'reduction',
  'target',
  'grid',
  'metric',
  'value',
  'reason',
  'recipe',
  'criterion'
] as const
type Line = Record<(typeof columns)[number], string>

/** The target that a row's models explained for a case: one name, or several joined. */
function targetOf(report: Report, caseId: string, models: readonly string[]): string {
  const predictions = report.cases.find((one) => one.id === caseId)?.predictions ?? []
  const targets = predictions.filter((one) => models.includes(one.model)).map((one) => one.target)

  return [...new Set(targets)].join(' × ') || report.recipe.target
}

function resultLines(report: Report, row: ResultRow, patientOf: (caseId: string) => string): Line[] {
  return valuesOf(row).flatMap(({ metric, perCase }) =>
    perCase.map(({ case: caseId, value, reason }) => ({
      case: caseId,
      patient: patientOf(caseId),
      model: row.model,
      method: row.method,
      reduction: row.reduction ?? report.methods.find((method) => method.id === row.method)?.reduction ?? '',
      target: row.finding ?? targetOf(report, caseId, row.models),
      grid: row.grid,
      metric,
      value: value === null ? '' : String(value),
      reason: value === null ? (reason ?? 'not defined') : '',
      recipe: report.recipe.id,
      criterion: row.criterion
    }))
  )
}

/** The values of a row image by image and those of each reference that keeps them, by the measure under which results.csv has them: `average-precision-reference-random`. */
export const valuesOf = ({
  metric,
  perCase,
  references
}: ResultRow): { metric: string; perCase: ResultRow['perCase'] }[] => [
  { metric, perCase },
  ...references.map((one) => ({ metric: `${metric}-reference-${one.id}`, perCase: one.perCase ?? [] }))
]

function predictionLines(report: Report): Line[] {
  const shared = { method: '', reduction: '', grid: '', reason: '', recipe: report.recipe.id, criterion: 'prediction' }

  return report.cases.flatMap((one) =>
    one.predictions.flatMap((prediction) =>
      (['logit', 'probability'] as const).map((metric) => ({
        ...shared,
        case: one.id,
        patient: one.patient,
        model: prediction.model,
        target: prediction.target,
        metric,
        value: String(prediction[metric])
      }))
    )
  )
}

/** What each classifier says of every case for each label: its figures can be computed again from these. */
function answerLines(report: Report, patientOf: (caseId: string) => string): Line[] {
  const shared = { method: '', reduction: '', grid: '', recipe: report.recipe.id, criterion: 'performance' }

  return report.models.flatMap(({ id, performance }) =>
    performance.flatMap(({ label, perCase = [] }) =>
      perCase.flatMap(({ case: caseId, logit, probability }) =>
        Object.entries({ 'answer-logit': logit, 'answer-probability': probability }).map(([metric, value]) => ({
          ...shared,
          case: caseId,
          patient: patientOf(caseId),
          model: id,
          target: label,
          metric,
          value: value === null ? '' : String(value),
          reason: value === null ? 'the card names no activation, so there is no probability' : ''
        }))
      )
    )
  )
}

/** `results.csv`: one line a case, model, method and metric, and of the rows that speak for a map one for each reference it is measured against; no empty value without its reason. Numbers keep every digit. */
export function reportCsv(report: Report): string {
  const patients = new Map(report.cases.map((one) => [one.id, one.patient]))
  // Values by patient (means of groups) stand under the patient's own name.
  const known = new Set(patients.values())
  // A value about two images ("a × b") has the patients of both.
  const patientOf = (caseId: string): string =>
    caseId
      .split(' × ')
      .map((id) => patients.get(id) ?? (known.has(id) ? id : ''))
      .join(' × ')
  const lines = [
    ...report.results.flatMap((row) => resultLines(report, row, patientOf)),
    ...predictionLines(report),
    ...answerLines(report, patientOf)
  ]

  return csvLines([columns, ...lines.map((line) => columns.map((column) => line[column]))])
}

/** The numbers of a figure; a value that does not exist is an empty field. */
export const figureCsv = ({ columns: names, rows }: FigureData): string =>
  csvLines([names, ...rows.map((row) => row.map((one) => (one === null ? '' : String(one))))])

/** The scores in the titles of a grid of maps. */
export const methodGridCsv = ({ model, case: caseId, metric, panels }: MethodGrid): string =>
  csvLines([
    ['case', 'model', 'method', 'metric', 'value'],
    ...panels.map(({ method, value }) => [caseId, model, method, metric, String(value)])
  ])
