import { bibliographyOf } from '@shared/bibliography'
import { groupScenes, kindScenes } from '@shared/cohort-evidence'
import type { Scene } from '@shared/figures/scene'
import { methodsParagraphs } from '@shared/methods-paragraph'
import type { Report } from '@shared/report'
import { answerKeyScene, evidenceOf } from '@shared/report-evidence'
import { figureCsv, reportCsv } from './csv'
import { reportHtml } from './html'
import { reportJson } from './json'
import { pythonReader } from './python-reader'
import { standaloneSvg } from './svg'

export interface WrittenFigure {
  /** File name without folder and ending, such as `cascade-honest-1-gradient`. */
  readonly id: string
  readonly scene: Scene
  readonly svg: string
  /** The numbers it shows. */
  readonly csv: string
}

export interface WrittenReport {
  /** `report.html`: one file, nothing beside it. */
  readonly html: string
  /** `report.json`. */
  readonly json: string
  /** `results.csv`. */
  readonly csv: string
  /** `citations.bib`. */
  readonly bibtex: string
  /** `methods.txt`: the methods section in plain words. */
  readonly methods: string
  /** `read_results.py`: reads all of it. */
  readonly python: string
  readonly figures: readonly WrittenFigure[]
}

/** The report as documents: data in, text out. Throws Fault `internal` when the report does not match its schema. */
export function writeReport(report: Report): WrittenReport {
  return {
    html: reportHtml(report),
    json: reportJson(report),
    csv: reportCsv(report),
    bibtex: bibliographyOf(report),
    methods: `${methodsParagraphs(report).join('\n\n')}\n`,
    python: pythonReader,
    figures: reportFigures(report)
  }
}

/** Every figure of the report with its numbers. */
export function reportFigures(report: Report): WrittenFigure[] {
  const key = answerKeyScene(report)
  const scenes = [
    ...evidenceOf(report).flatMap(({ figures }) => figures.map(({ scene }) => scene)),
    ...(key === null ? [] : [key]),
    ...groupScenes(report).map(({ scene }) => scene),
    ...kindScenes(report).map(({ scene }) => scene)
  ]

  return scenes.map((scene) => ({ id: scene.id, scene, svg: standaloneSvg(scene), csv: figureCsv(scene.data) }))
}
