import { areaOf, areaQuestion, metricTitle } from '@shared/verdict-words'
import { namesOf } from '@shared/report-evidence'
import type { Report } from '@shared/report'
import { reportWords } from './catalogue-report'
import { changedSettings, type Settings } from './map-settings'
import { reports } from './report.svelte'
import { session } from './session.svelte'
import { sheet } from './sheet.svelte'
import { sheetOrder } from './sheet-order.svelte'
import { shell } from './shell.svelte'

type Row = Report['results'][number]

/** The cases behind a number of the report: with their maps in a sheet, or, where there is no map or no open case, as a list. */
class CasesBehind {
  /** Row of the results whose list is open. */
  row = $state<number | null>(null)
  /** True while View shows a case of that list: Esc leads back. */
  visiting = $state(false)
  /** The number that was asked about last: it takes the focus when its report is shown again. */
  asked: number | null = null

  show(index: number): void {
    const { report } = reports
    const row = report?.results[index]
    if (report === null || row === undefined) return
    this.asked = index
    const map = mapOf(report, row)
    const caseIds = [...new Set(row.perCase.flatMap(({ case: id }) => reports.caseIdOf(id) ?? []))]
    if (map === null || caseIds.length === 0) {
      this.row = index

      return
    }
    sheet.showBehind(caseIds, { ...map, heading: titleOf(report, row) })
    sheetOrder.sort = `score:${index}`
  }

  close(): void {
    this.row = null
  }

  /** Shows a case of the list in View. */
  visit(caseId: string): void {
    this.visiting = true
    session.currentCaseId = caseId
    shell.show('view')
  }

  /** Back from View; false when it was not the list that led there. */
  comeBack(): boolean {
    if (!this.visiting) return false
    this.visiting = false
    shell.show('report')

    return true
  }
}

/** "Images behind: points to the finding, Grad-CAM, Honest A: hottest point inside". */
export function titleOf(report: Report, row: Row): string {
  const names = namesOf(report)
  const of = [
    areaQuestion[areaOf(row)],
    row.method === '' ? '' : names.method(row.method),
    names.model(row.model)
  ].filter(Boolean)

  return `${reportWords.behind(of.join(', '))} (${metricTitle(row.metric)})`
}

/** The map a row is about, where its model and method are open here. */
function mapOf(report: Report, row: Row): { modelId: string; expression: string; params: Settings } | null {
  const method = report.methods.find(({ id }) => id === row.method)
  const expression = method?.expr
  const hashes = new Set(report.models.filter(({ id }) => row.models.includes(id)).map(({ sha256 }) => sha256))
  const model = session.models.find(({ sha256 }) => hashes.has(sha256))
  const [base] = (expression ?? '').split('+')
  const known = session.methods.some(({ id }) => id === base)

  if (method === undefined || expression === undefined || model === undefined || !known) return null

  return { modelId: model.modelId, expression, params: settingsOf(method.params) }
}

/** Settings of a report that a map of the window can have. */
function settingsOf(params: Readonly<Record<string, unknown>>): Settings {
  const plain = Object.entries(params).filter((entry): entry is [string, Settings[string]] =>
    ['string', 'number', 'boolean'].includes(typeof entry[1])
  )

  return changedSettings(Object.fromEntries(plain))
}

export const casesBehind = new CasesBehind()
