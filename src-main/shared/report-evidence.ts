import { evidenceFigures, type EvidenceFigure, type Indexed } from './evidence-figures'
import { answerKeyFigure } from './figures/answer-key'
import type { Scene } from './figures/scene'
import { listed, sentenceCase } from './number-words'
import type { MatrixRow, Report } from './report'
import { namesOf } from './report-names'
import { areas, type Area } from './verdict'
import { areaMeasure, areaOf, areaQuestion, commonLimit, conclusionWords } from './verdict-words'

export { namesOf, type Names } from './report-names'

/** Evidence for one question: its figures, a sentence on what they show, and the rows of the table twin. */
export interface Evidence {
  area: Area
  question: string
  lede: string
  figures: EvidenceFigure[]
  caption: string
  /** Indices into `report.results`. */
  rows: number[]
}

/** The areas that the matrix asks about, each once, in the order of the questions; while it is computed, all that it will ask. */
export const askedAreas = (report: Report): Area[] =>
  [...new Set(report.questions.map((one) => one.area))].filter(
    (area) => !report.coverage.complete || report.matrix.some((row) => row.cells.some((cell) => cell.area === area))
  )

/** What stands under a map's name in the matrix; "not yet" as long as its questions are being computed. */
export function conclusionOf(report: Report, row: MatrixRow): string {
  if (row.role === 'reference') return 'reference, no method'
  if (!report.coverage.complete && row.conclusion === 'not-assessed') return 'not yet'

  return conclusionWords[row.conclusion]
}

/** Nothing is concluded of any map; rows of null references are no maps. */
export const nothingConcluded = (report: Report): boolean =>
  report.matrix.every((row) => row.role === 'reference' || row.conclusion === 'not-assessed')

/** Words for an empty column of the first page: nothing found, or nothing computed yet. */
export const noneYet = (report: Report, none: string): string =>
  report.coverage.complete || !nothingConcluded(report) ? none : 'Not computed yet.'

/** "31 of 60" for a cell that is being computed; null for any other. */
export function runningWords(
  report: Report,
  area: Area,
  { model, method }: Pick<MatrixRow, 'model' | 'method'>
): string | null {
  const { running } = report.coverage
  if (running === undefined || running === null || running.area !== area) return null
  // Pairs of models count under the first of them.
  const cell = running.cells.find((one) => one.model === model && one.method === method)

  return cell === undefined ? 'not yet' : `${cell.done} of ${cell.total} images`
}

export const notAsked = 'not asked'

/** Words for a cell that the report does not hold. */
export const missingCell = (report: Report): string => (report.coverage.complete ? notAsked : 'not yet')

/** Head of a matrix column: what is measured, and the limit where it is the same in all rows. */
export function columnHead(report: Report, area: Area): { note: string; limitAtHead: string | null } {
  const cells = report.matrix.flatMap((row) => row.cells.filter((cell) => cell.area === area))
  const limitAtHead = commonLimit(cells)

  return { note: limitAtHead === null ? areaMeasure[area] : `${areaMeasure[area]}; limit: ${limitAtHead}`, limitAtHead }
}

/** One entry per question that has rows, in the order of the questions. */
export function evidenceOf(report: Report): Evidence[] {
  const rows: Indexed[] = report.results.map((row, index) => ({ ...row, index }))

  const found = areas
    .filter((area) => area !== 'cues')
    .flatMap((area) => {
      const mine = rows.filter((row) => areaOf(row) === area)

      return mine.length === 0 ? [] : [evidenceFor(report, area, mine)]
    })
  separateIds(found.flatMap(({ figures }) => figures.map(({ scene }) => scene)))

  return found
}

/** Models of one name must not share a figure's file name. */
function separateIds(scenes: readonly Scene[]): void {
  const seen = new Map<string, number>()

  for (const scene of scenes) {
    const count = (seen.get(scene.id) ?? 0) + 1
    seen.set(scene.id, count)
    if (count > 1) scene.id = `${scene.id}-${count}`
  }
}

function evidenceFor(report: Report, area: Area, rows: Indexed[]): Evidence {
  const question = report.questions.find((one) => one.area === area)
  return {
    area,
    question: areaQuestion[area],
    lede: question === undefined ? '' : sentenceCase(question.rule),
    figures: evidenceFigures(report, area, rows),
    caption: [captionFor(report, area), dashedLine(report, area)].filter((words) => words !== '').join(' '),
    rows: rows.map((row) => row.index)
  }
}

/** The figure of the cues: what each model's answer follows when finding or cue is taken away; null without the answer key. */
export function answerKeyScene(report: Report): Scene | null {
  const keys = report.answerKey.filter((key) => key.variants.some(({ meanLogit }) => meanLogit.value !== null))

  return keys.length === 0 ? null : answerKeyFigure(keys, namesOf(report).model)
}

/** Rows about the share of maps on cues, as indices into `report.results`: those that decide, and the others. */
export function cueRows(report: Report): { deciding: number[]; others: number[] } {
  const rows = report.results.flatMap((row, index) =>
    areaOf(row) === 'cues' && row.method !== '' ? [{ row, index }] : []
  )
  const pick = (headline: boolean): number[] =>
    rows.filter(({ row }) => row.headline === headline).map(({ index }) => index)

  return { deciding: pick(true), others: pick(false) }
}

/** What stands upright in the small figures of curves, and what their dashed line is. */
function dashedLine(report: Report, area: Area): string {
  const mine = report.curves.filter((curve) => areaOf(curve) === area && curve.limits.length > 0)
  const upright = [...new Set(mine.map(({ yTitle }) => yTitle))].slice(0, 1).map((title) => `Upright: ${title}.`)
  const titles = new Set(
    report.curves.filter((curve) => areaOf(curve) === area).flatMap((curve) => curve.limits.map((limit) => limit.title))
  )

  return [...upright, ...(titles.size === 0 ? [] : [`Dashed limit: ${listed([...titles])}.`])].join(' ')
}

/** `Honest 1: Gradient and Grad-CAM pass; Edge fails.` for every model of the matrix, alike ones together. */
function captionFor(report: Report, area: Area): string {
  const names = namesOf(report)
  const byWords = new Map<string, string[]>()

  for (const model of new Set(report.matrix.map((row) => row.model))) {
    const words = stateSentence(report, area, model)
    if (words !== '') byWords.set(words, [...(byWords.get(words) ?? []), names.short(model)])
  }

  return [...byWords].map(([words, models]) => `${listed(models)}: ${words}.`).join(' ')
}

function stateSentence(report: Report, area: Area, model: string): string {
  const names = namesOf(report)
  const cells = report.matrix
    .filter((row) => row.model === model && row.role === 'method')
    .flatMap((row) =>
      row.cells.filter((cell) => cell.area === area).map((cell) => ({ method: row.method, state: cell.state }))
    )
  const of = (state: string): string[] =>
    cells.filter((cell) => cell.state === state).map((cell) => names.method(cell.method))
  const part = (state: string, one: string, many: string): string[] => {
    const found = of(state)
    if (found.length === 0) return []

    return [
      found.length === cells.length && cells.length > 1
        ? `every map ${one}`
        : `${listed(found)} ${found.length === 1 ? one : many}`
    ]
  }

  return [
    ...part('pass', 'passes', 'pass'),
    ...part('fail', 'fails', 'fail'),
    ...part('inconclusive', 'stays unclear', 'stay unclear'),
    ...part('not-assessable', 'could not be assessed', 'could not be assessed')
  ].join('; ')
}

/** Name of the model over a figure, and what it shows where the model has several. */
export const figureHead = (report: Report, { model, heading }: EvidenceFigure): string =>
  heading === undefined ? namesOf(report).model(model) : `${namesOf(report).model(model)}: ${heading}`
