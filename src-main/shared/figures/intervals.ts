import { decimal, interval } from '../number-words'
import type { VerdictState } from '../verdict'
import { bottomAxis, fitAxis, fitted } from './axis'
import { slug, stateTone, type FigureData, type HotSpot, type Scene, type Shape } from './scene'

export interface IntervalRow {
  label: string
  /** Second part of the name, such as the pair of models. */
  detail: string
  state: VerdictState
  value: number | null
  ci95: readonly [number, number] | null
  limit: { title: string; value: number } | null
  /** Said where there is no value. */
  reason: string
  /** Index into `report.results`. */
  row: number
}

export interface Intervals {
  title: string
  measure: string
  rows: readonly IntervalRow[]
}

const WIDTH = 720
const DETAIL = 190
const LEFT = 400
const RIGHT = 700
const ROW = 24
const TOP = 26

/** One row a result: value as a dot, its interval as a line, its own limit as an upright dash. */
export function intervals({ title, measure, rows }: Intervals): Scene {
  const numbers = rows.flatMap((row) => [row.value, ...(row.ci95 ?? []), row.limit?.value ?? null])
  const axis = fitAxis([0, ...numbers.filter((value) => value !== null)], LEFT, RIGHT)
  const bottom = TOP + rows.length * ROW
  const shapes: Shape[] = bottomAxis(axis, { top: TOP, bottom, title: measure, wide: WIDTH })
  const hotSpots: HotSpot[] = []
  const limitTitle = rows.find((row) => row.limit !== null)?.limit?.title

  if (limitTitle !== undefined) {
    shapes.push(
      { kind: 'line', x1: LEFT, y1: 4, x2: LEFT, y2: 16, tone: 'ink', width: 2 },
      { kind: 'text', x: LEFT + 8, y: 14, words: `limit: ${limitTitle}`, tone: 'quiet', anchor: 'start' }
    )
  }
  rows.forEach((row, index) => {
    const y = TOP + ROW * (index + 0.5)
    shapes.push(...drawRow(row, y, axis.at, row.label !== rows[index - 1]?.label))
    hotSpots.push({
      x: 0,
      y: y - ROW / 2,
      width: WIDTH,
      height: ROW,
      label: `${row.label}, ${row.detail}: show the images behind it`,
      row: row.row
    })
  })

  return {
    id: slug(title),
    width: WIDTH,
    height: bottom + 40,
    title,
    description: describe(rows, measure),
    shapes,
    hotSpots,
    data: dataOf(rows),
    caption: 'Dot: mean over images. Line: 95 % interval over patients. Upright dash: the limit of that map.'
  }
}

function dataOf(rows: readonly IntervalRow[]): FigureData {
  return {
    columns: ['name', 'models', 'value', 'low', 'high', 'limit', 'limit value', 'verdict', 'reason'],
    rows: rows.map(({ label, detail, value, ci95, limit, state, reason }) => [
      label,
      detail,
      value,
      ci95?.[0] ?? null,
      ci95?.[1] ?? null,
      limit?.title ?? '',
      limit?.value ?? null,
      state,
      reason
    ])
  }
}

function drawRow(row: IntervalRow, y: number, at: (value: number) => number, first: boolean): Shape[] {
  const tone = stateTone[row.state]
  const shapes: Shape[] = [
    { kind: 'mark', x: 0, y: y - 6, state: row.state },
    { kind: 'text', x: DETAIL, y: y + 4, words: fitted(row.detail, LEFT - DETAIL - 12), tone: 'faint', anchor: 'start' }
  ]
  if (first)
    shapes.push({ kind: 'text', x: 18, y: y + 4, words: fitted(row.label, DETAIL - 38), tone: 'ink', anchor: 'start' })
  if (row.limit !== null) {
    const x = at(row.limit.value)
    shapes.push({ kind: 'line', x1: x, y1: y - 8, x2: x, y2: y + 8, tone: 'ink', width: 2 })
  }
  if (row.ci95 !== null) {
    shapes.push({ kind: 'line', x1: at(row.ci95[0]), y1: y, x2: at(row.ci95[1]), y2: y, tone, width: 2.4 })
  }
  if (row.value !== null) shapes.push({ kind: 'dot', x: at(row.value), y, radius: 4, tone, filled: true })
  else
    shapes.push({
      kind: 'text',
      x: LEFT + 4,
      y: y + 4,
      words: fitted(row.reason, RIGHT - LEFT),
      tone: 'faint',
      anchor: 'start'
    })

  return shapes
}

function describe(rows: readonly IntervalRow[], measure: string): string {
  const parts = rows.map((row) => {
    if (row.value === null) return `${row.label}, ${row.detail}: ${row.reason}`
    const beside = row.ci95 === null ? '' : ` (${interval([row.ci95[0], row.ci95[1]])})`
    const limit = row.limit === null ? '' : `, limit ${decimal(row.limit.value)}`

    return `${row.label}, ${row.detail}: ${decimal(row.value)}${beside}${limit}`
  })

  return `${measure}. ${parts.join('; ')}.`
}
