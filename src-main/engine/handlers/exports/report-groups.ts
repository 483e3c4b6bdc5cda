import { ownCode } from '@engine/formats/dicom/measurements/content-item'
import type { ReportFigure, ReportGroup } from '@engine/formats/dicom/measurements/measurement-report'
import { derivedUid } from '@engine/formats/dicom/writing/uid'
import type { Report, ReportMethod, ResultRow } from '@shared/report'
import { parameterWords } from './dicom-origin'
import { noUnit } from './region-figures'

/** What a report says of one case, as groups of figures without their images. */
export type CaseGroup = Omit<ReportGroup, 'images' | 'segment'>

/** Groups of a case: a prediction of each model, then the figures of each map of it. */
export function reportGroups(report: Report, caseId: string): CaseGroup[] {
  const maps = report.models.flatMap((model) =>
    report.methods.map((method) => mapGroup(report, { caseId, model: model.id, method }))
  )
  return [...predictionGroups(report, caseId), ...maps.filter((group) => group !== null)]
}

const probability = { value: '122157', scheme: 'DCM', meaning: 'Probability' } as const

function predictionGroups(report: Report, caseId: string): CaseGroup[] {
  const item = report.cases.find(({ id }) => id === caseId)
  return (item?.predictions ?? []).map((prediction) => {
    const model = report.models.find(({ id }) => id === prediction.model)
    const figure = (name: ReportFigure['name'], value: number): ReportFigure => ({
      ...{ name, value, unit: noUnit, derivation: null, note: '' }
    })
    return {
      title: `${prediction.model} · prediction`,
      trackingUid: uidOf(report, `${caseId} ${prediction.model}`),
      finding: ownCode(prediction.target, prediction.target),
      algorithm: {
        name: model?.title ?? prediction.model,
        version: report.recipe.saliscope,
        parameters: `model sha256 ${model?.sha256 ?? 'unknown'}; recipe ${report.recipe.id}`
      },
      figures: [figure(probability, prediction.probability), figure(ownCode('logit', 'Logit'), prediction.logit)],
      notes: [...rightness(prediction.correct), ...(item?.flags ?? []), research]
    }
  })
}

const research = 'Research use. Not for diagnosis.'

function rightness(correct: boolean | null): string[] {
  return correct === null
    ? []
    : [correct ? 'The prediction agrees with the label.' : 'The prediction differs from the label.']
}

/** Figures of one map: every row of the report that has a value for this case; null when there is none. */
function mapGroup(
  report: Report,
  { caseId, model, method }: { caseId: string; model: string; method: ReportMethod }
): CaseGroup | null {
  const rows = report.results.filter((row) => row.method === method.id && row.models.includes(model))
  const figures = rows.flatMap((row) => caseFigure(row, caseId))
  if (figures.length === 0) return null
  return {
    title: `${model} · ${method.id}`,
    trackingUid: uidOf(report, `${caseId} ${model} ${method.id}`),
    finding: null,
    algorithm: { name: method.title, version: report.recipe.saliscope, parameters: parametersOf(report, method) },
    figures,
    notes: [...rows.filter(({ headline }) => headline).map(verdictWords), research]
  }
}

function caseFigure(row: ResultRow, caseId: string): ReportFigure[] {
  const found = row.perCase.find((item) => item.case === caseId)
  if (found === undefined) return []
  const name = ownCode(`${row.criterion} ${row.metric}`, `${row.metric} (${row.criterion})`)
  const note = found.value === null ? (found.reason ?? 'no reason given') : `grid: ${row.grid}`
  return [{ name, value: found.value, unit: noUnit, derivation: null, note }]
}

/** The verdict stands for all images of the experiment; beside one of them it must say so. */
function verdictWords(row: ResultRow): string {
  return `${row.criterion} over ${row.n} images: ${row.verdict.state}. ${row.verdict.reason}`
}

function parametersOf(report: Report, method: ReportMethod): string {
  const params = parameterWords(method.params)
  return [`method ${method.expr}`, ...params, `reduction ${method.reduction}`, `recipe ${report.recipe.id}`].join('; ')
}

/** The same report says the same of a thing under the same UID. */
function uidOf(report: Report, what: string): string {
  return derivedUid(`tracking ${report.recipe.id} ${what}`)
}
