import type { Report } from '@shared/report'
import { answerKeyScene, evidenceOf } from '@shared/report-evidence'
import { reportCsv } from './csv'
import { reportHtml } from './html'
import { reportJson } from './json'
import { standaloneSvg } from './svg'

export interface WrittenReport {
  /** `report.html`: one file, nothing beside it. */
  readonly html: string
  /** `report.json`. */
  readonly json: string
  /** `results.csv`. */
  readonly csv: string
  /** File names without folder, such as `cascade-honest-1-gradient.svg`. */
  readonly figures: readonly { readonly name: string; readonly svg: string }[]
}

/** The report as documents: data in, text out. Throws Fault `internal` when the report does not match its schema. */
export function writeReport(report: Report): WrittenReport {
  const key = answerKeyScene(report)
  const scenes = [
    ...evidenceOf(report).flatMap(({ figures }) => figures.map(({ scene }) => scene)),
    ...(key === null ? [] : [key])
  ]

  return {
    html: reportHtml(report),
    json: reportJson(report),
    csv: reportCsv(report),
    figures: scenes.map((scene) => ({ name: `${scene.id}.svg`, svg: standaloneSvg(scene) }))
  }
}
