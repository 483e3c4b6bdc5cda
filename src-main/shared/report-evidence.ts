import { answerKeyFigure } from './figures/answer-key'
import { cascade } from './figures/cascade'
import { dotAndBox } from './figures/dot-and-box'
import { intervals, type IntervalRow } from './figures/intervals'
import type { ReferenceLine } from './figures/reference-lines'
import type { Scene } from './figures/scene'
import { listed, sentenceCase } from './number-words'
import type { MatrixRow, Reference, Report, ResultRow } from './report'
import { areas, type Area } from './verdict'
import { areaMeasure, areaOf, areaQuestion, commonLimit, conclusionWords, metricTitle } from './verdict-words'

/** Evidence for one question: its figures, a sentence on what they show, and the rows of the table twin. */
export interface Evidence {
  area: Area
  question: string
  lede: string
  /** `wide`: one or two beside each other; `small`: several beside each other, grouped by model. */
  layout: 'wide' | 'small'
  figures: { model: string; scene: Scene }[]
  caption: string
  /** Indices into `report.results`. */
  rows: number[]
}

type Indexed = ResultRow & { index: number }

export interface Names {
  /** Titles of one model, or of several joined by ` × `. */
  model(id: string): string
  /** The same in few letters, for figures and lists: the id where it is shorter and made for people. */
  short(id: string): string
  method(id: string): string
}

const isHash = (id: string): boolean => /^[0-9a-f]{12,}$/u.test(id)

/** Names of models and methods as the report gives them; an unknown id stands for itself. */
export function namesOf(report: Report): Names {
  const models = new Map(report.models.map((model) => [model.id, model.title]))
  const methods = new Map(report.methods.map((method) => [method.id, method.title]))
  const model = (id: string): string => models.get(id) ?? id
  const short = (id: string): string => (id.length < model(id).length && !isHash(id) ? id : model(id))

  return {
    model: (id) => listed(id.split(' × ').map(model)),
    short: (id) => listed(id.split(' × ').map(short)),
    method: (id) => methods.get(id) ?? id
  }
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

/** Words for an empty column of the first page: nothing found, or nothing computed yet. */
export const noneYet = (report: Report, none: string): string =>
  report.coverage.complete || report.matrix.some((row) => row.conclusion !== 'not-assessed')
    ? none
    : 'Not computed yet.'

/** Words for a cell that the report does not hold. */
export const missingCell = (report: Report): string => (report.coverage.complete ? 'not asked' : 'not yet')

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
  const figures =
    area === 'localisation'
      ? boxFigures(report, rows)
      : area === 'randomisation'
        ? cascadeFigures(report, rows)
        : intervalFigures(report, area, rows)

  return {
    area,
    question: areaQuestion[area],
    lede: question === undefined ? '' : sentenceCase(question.rule),
    layout: area === 'randomisation' ? 'small' : 'wide',
    figures,
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

function boxFigures(report: Report, rows: Indexed[]): Evidence['figures'] {
  const names = namesOf(report)
  const headline = rows.filter((row) => row.headline && row.models.length === 1)
  const isMethod = (row: Indexed): boolean => report.methods.find((one) => one.id === row.method)?.role !== 'reference'

  return [...new Set(headline.map((row) => row.model))].map((model) => {
    const mine = headline.filter((row) => row.model === model && isMethod(row))

    return {
      model,
      scene: dotAndBox({
        title: `Points to the finding, ${names.short(model)}`,
        measure: `${metricTitle(mine[0]?.metric ?? '')}, one dot an image`,
        rows: [...mine]
          .sort((a, b) => (b.value ?? -1) - (a.value ?? -1))
          .map((row) => ({
            label: names.method(row.method),
            state: row.verdict.state,
            values: row.perCase.flatMap(({ value }) => (value === null ? [] : [value])),
            row: row.index
          })),
        lines: commonReferences(mine)
      })
    }
  })
}

/** References that have one value for all rows of a figure: those can be drawn as lines through it. */
function commonReferences(rows: readonly ResultRow[]): ReferenceLine[] {
  const byId = new Map<string, Reference[]>()
  for (const reference of rows.flatMap((row) => row.references)) {
    byId.set(reference.id, [...(byId.get(reference.id) ?? []), reference])
  }

  return [...byId.values()].flatMap(([first, ...others]) => {
    const { value, title, decides } = first
    if (value === null || others.some((other) => other.value === null || Math.abs(other.value - value) > 1e-9))
      return []

    return [{ title, value, decides }]
  })
}

function cascadeFigures(report: Report, rows: Indexed[]): Evidence['figures'] {
  const names = namesOf(report)

  return report.curves
    .filter(
      (curve) =>
        areaOf(curve) === 'randomisation' && curve.metric === (rows.find((row) => row.headline)?.metric ?? curve.metric)
    )
    .map((curve) => {
      const row = rows.find((one) => one.headline && one.model === curve.model && one.method === curve.method)

      return {
        model: curve.model,
        scene: cascade({
          curve,
          label: names.method(curve.method),
          model: names.short(curve.model),
          state: row?.verdict.state ?? 'not-assessable',
          row: row?.index ?? null
        })
      }
    })
}

function intervalFigures(report: Report, area: Area, rows: Indexed[]): Evidence['figures'] {
  const names = namesOf(report)
  const headline = rows.filter((row) => row.headline && row.method !== '')
  const order = [...new Set(headline.map((row) => row.method))]
  // What could not be assessed stands in the table and in the caption; a figure full of empty lines shows nothing.
  const assessed = headline.filter((row) => row.value !== null)
  const drawn = assessed.length > 0 ? assessed : headline
  const sorted = [...drawn].sort((a, b) => order.indexOf(a.method) - order.indexOf(b.method))
  if (sorted.length === 0) return []

  return [
    {
      model: '',
      scene: intervals({
        title: areaQuestion[area],
        measure: metricTitle(sorted[0].metric),
        rows: sorted.map((row): IntervalRow => {
          const limit = row.references.find((reference) => reference.decides && reference.value !== null)

          return {
            label: names.method(row.method),
            detail: names.short(row.model),
            state: row.verdict.state,
            value: row.value,
            ci95: row.ci95,
            limit: limit === undefined || limit.value === null ? null : { title: limit.title, value: limit.value },
            reason: row.verdict.reason,
            row: row.index
          }
        })
      })
    }
  ]
}

/** What the dashed line of the cascade figures is. */
function dashedLine(report: Report, area: Area): string {
  const titles = new Set(
    report.curves.filter((curve) => areaOf(curve) === area).flatMap((curve) => curve.limits.map((limit) => limit.title))
  )

  return titles.size === 0 ? '' : `Dashed limit: ${listed([...titles])}.`
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
