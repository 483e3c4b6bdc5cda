import { decimal } from '../number-words'
import type { VerdictState } from '../verdict'
import { bottomAxis, fitAxis, fitted, textWidth } from './axis'
import { labelRoom, referenceLines, type ReferenceLine } from './reference-lines'
import { pixel, slug, stateTone, type FigureData, type HotSpot, type Scene, type Shape } from './scene'

export interface BoxRow {
  label: string
  state: VerdictState
  /** One value an image. */
  values: readonly number[]
  /** Names of the images, in the order of the values. */
  cases: readonly string[]
  /** A reference of this row alone, drawn as an upright dash. */
  limit: number | null
  /** Index into `report.results`. */
  row: number
}

export interface DotAndBox {
  title: string
  measure: string
  rows: readonly BoxRow[]
  lines: readonly ReferenceLine[]
  /** What the upright dash of a row is. */
  limitTitle?: string
}

const WIDTH = 560
const RIGHT = 540
const ROW = 26
/** Room for one row of labels. */
const TOP = 32
/** Mark and gap before a name. */
const MARK = 18

/** The value at a share of the sorted values, between neighbours where it falls between (linear). */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share
  const below = Math.floor(at)
  const above = Math.min(below + 1, sorted.length - 1)

  return sorted[below] + (sorted[above] - sorted[below]) * (at - below)
}

/** Spreads the dots of a row by their order alone, so that the same report draws the same figure. */
const spread = (index: number): number => (((index * 0.618034) % 1) - 0.5) * 12

/** One row a method: a dot an image, the middle half as a box, the median as a thick line; references as dashed lines. */
export function dotAndBox({ title, measure, rows, lines, limitTitle = 'its own limit' }: DotAndBox): Scene {
  const left = Math.min(250, Math.max(96, ...rows.map((row) => MARK + textWidth(row.label) + 18)))
  const values = [
    0,
    ...rows.flatMap((row) => [...row.values, ...(row.limit === null ? [] : [row.limit])]),
    ...lines.map((line) => line.value)
  ]
  const axis = fitAxis(values, left, RIGHT)
  const top = TOP + labelRoom(lines, axis, WIDTH)
  const bottom = top + rows.length * ROW
  const shapes: Shape[] = bottomAxis(axis, { top: top, bottom, title: measure, wide: WIDTH })
  const hotSpots: HotSpot[] = []

  rows.forEach((row, index) => {
    const y = top + ROW * (index + 0.5)
    const label = `${row.label}: show the images behind it`
    shapes.push(...drawRow(row, { y, left }, axis.at))
    hotSpots.push({ x: 0, y: y - ROW / 2, width: WIDTH, height: ROW, label, row: row.row })
  })
  shapes.push(...referenceLines(lines, axis, { top: top, bottom, right: WIDTH }))

  return {
    id: slug(title),
    width: WIDTH,
    height: bottom + 40,
    title,
    description: describe(rows, lines, measure),
    shapes,
    hotSpots,
    data: dataOf(rows, lines),
    caption:
      'A dot is an image, the box holds the middle half, the thick line is the median.' +
      (rows.some(({ limit }) => limit !== null) ? ` Short dashed line: ${limitTitle}, for that map alone.` : '')
  }
}

/** Every dot and every line. */
function dataOf(rows: readonly BoxRow[], lines: readonly ReferenceLine[]): FigureData {
  return {
    columns: ['kind', 'name', 'case', 'value'],
    rows: [
      ...rows.flatMap((row) => row.values.map((value, index) => ['image', row.label, row.cases[index], value])),
      ...rows.flatMap((row) => (row.limit === null ? [] : [['limit', row.label, '', row.limit]])),
      ...lines.map((line) => ['reference', line.title, '', line.value])
    ]
  }
}

function drawRow(row: BoxRow, { y, left }: { y: number; left: number }, at: (value: number) => number): Shape[] {
  const tone = stateTone[row.state]
  const sorted = [...row.values].sort((a, b) => a - b)
  const name: Shape[] = [
    { kind: 'mark', x: 0, y: y - 6, state: row.state },
    { kind: 'text', x: MARK, y: y + 4, words: fitted(row.label, left - MARK - 18), tone: 'ink', anchor: 'start' }
  ]
  if (sorted.length === 0) return name

  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => at(quantile(sorted, share)))
  const box = { x: low, y: y - 7, width: Math.max(1, pixel(high - low)), height: 14, tone }
  const dot = (value: number, index: number): Shape => ({
    kind: 'dot',
    x: at(value),
    y: pixel(y + spread(index)),
    radius: 1.7,
    tone: 'faint',
    filled: true,
    opacity: 0.55
  })

  return [
    ...name,
    ...row.values.map(dot),
    { kind: 'rect', ...box, filled: true, opacity: 0.16 },
    { kind: 'rect', ...box, filled: false },
    { kind: 'line', x1: middle, y1: y - 8, x2: middle, y2: y + 8, tone, width: 2.6 },
    ...limitDash(row, y, at)
  ]
}

function limitDash({ limit }: BoxRow, y: number, at: (value: number) => number): Shape[] {
  if (limit === null) return []

  return [{ kind: 'line', x1: at(limit), y1: y - 10, x2: at(limit), y2: y + 10, tone: 'ink', width: 1.4, dash: '3 2' }]
}

function describe(rows: readonly BoxRow[], lines: readonly ReferenceLine[], measure: string): string {
  const medians = rows
    .filter((row) => row.values.length > 0)
    .map(
      (row) =>
        `${row.label} ${decimal(
          quantile(
            [...row.values].sort((a, b) => a - b),
            0.5
          )
        )}`
    )

  return `Median ${measure}: ${medians.join(', ')}. References: ${lines.map((line) => `${line.title} ${decimal(line.value)}`).join(', ')}.`
}
