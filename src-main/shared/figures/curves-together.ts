import type { Curve } from '../report'
import { fitAxis, fitted, leftAxis, upright } from './axis'
import { type FigureData, pixel, type Scene, type Shape, slug } from './scene'

export interface NamedCurve {
  curve: Curve
  label: string
  /** The random map: what a map without content gives. */
  random: boolean
}

const WIDTH = 720
const HEIGHT = 330
const LEFT = 46
const RIGHT = 520
const TOP = 24
const BOTTOM = 270
/** Names stand so far apart at least. */
const LABEL = 16
/** Lines are told apart by their dashes and by the name at their end, never by colour alone. */
const dashes = ['', '7 3', '2 3', '9 3 2 3', '12 4', '4 2', '2 2 6 2', '14 3 3 3']

/** The removal curves of every map of one model in one plot, the random map among them. */
export function curvesTogether(curves: readonly NamedCurve[], { title, kind }: { title: string; kind: string }): Scene {
  const values = curves.flatMap(({ curve }) => curve.points.flatMap(({ value }) => (value === null ? [] : [value])))
  const axis = fitAxis([0, ...values], BOTTOM, TOP)
  const steps = Math.max(1, ...curves.map(({ curve }) => curve.points.length - 1))
  const x = (index: number): number => pixel(LEFT + (index / steps) * (RIGHT - LEFT))
  const ends: { label: string; y: number; at: number; random: boolean }[] = []
  const shapes: Shape[] = leftAxis(axis, { left: LEFT, right: RIGHT })

  curves.forEach(({ curve, label, random }, number) => {
    const points = curve.points.flatMap(({ value }, index) =>
      value === null ? [] : [{ x: x(index), y: axis.at(value) }]
    )
    shapes.push(...lineThrough(points, random ? '1 4' : dashes[number % dashes.length], random))
    const last = points.at(-1)
    if (last !== undefined) ends.push({ label, y: last.y, at: last.y, random })
  })
  shapes.push(...endLabels(ends), ...stageWords(curves[0]?.curve.points ?? [], x))
  const [first] = curves

  return {
    id: slug(`together ${kind}`),
    width: WIDTH,
    height: HEIGHT,
    title,
    description: `${curves.length} curves.`,
    shapes: [
      upright(first?.curve.yTitle ?? '', LEFT, TOP - 10),
      ...shapes,
      {
        kind: 'text',
        x: (LEFT + RIGHT) / 2,
        y: BOTTOM + 36,
        words: first?.curve.xTitle ?? '',
        tone: 'faint',
        anchor: 'middle'
      }
    ],
    hotSpots: [],
    data: dataOf(curves),
    caption: 'One line a map, named where it ends.'
  }
}

function lineThrough(points: readonly { x: number; y: number }[], dash: string, random: boolean): Shape[] {
  return points.slice(1).map((to, index) => ({
    ...{ kind: 'line', x1: points[index].x, y1: points[index].y, x2: to.x, y2: to.y, tone: random ? 'quiet' : 'ink' },
    width: random ? 2.4 : 1.6,
    ...(dash === '' ? {} : { dash })
  }))
}

/** Names beside the ends of the lines, pushed apart from top to bottom, each with a hair to its line. */
function endLabels(ends: { label: string; y: number; at: number; random: boolean }[]): Shape[] {
  const sorted = [...ends].sort((a, b) => a.y - b.y)
  // Down from the top, then up from the bottom edge.
  for (const [index, end] of sorted.entries()) if (index > 0) end.at = Math.max(end.y, sorted[index - 1].at + LABEL)
  for (let index = sorted.length - 1; index >= 0; index--)
    sorted[index].at = Math.min(sorted[index].at, HEIGHT - 8 - LABEL * (sorted.length - 1 - index))

  return sorted.flatMap(({ label, y, at, random }): Shape[] => [
    { kind: 'line', x1: RIGHT + 2, y1: y, x2: RIGHT + 14, y2: pixel(at), tone: 'axis' },
    {
      kind: 'text',
      x: RIGHT + 18,
      y: pixel(at + 4),
      words: fitted(label, WIDTH - RIGHT - 34),
      tone: random ? 'quiet' : 'ink',
      anchor: 'start'
    }
  ])
}

function stageWords(points: Curve['points'], x: (index: number) => number): Shape[] {
  const every = Math.max(1, Math.ceil(points.length / 8))

  return points.flatMap((point, index): Shape[] =>
    index % every === 0
      ? [{ kind: 'text', x: x(index), y: BOTTOM + 16, words: point.x, tone: 'faint', anchor: 'middle' }]
      : []
  )
}

function dataOf(curves: readonly NamedCurve[]): FigureData {
  return {
    columns: ['map', 'x', 'images', 'value', 'sd', 'low', 'high'],
    rows: curves.flatMap(({ curve, label }) =>
      curve.points.map(({ x, n, value, sd, ci95 }) => [label, x, n, value, sd, ci95?.[0] ?? null, ci95?.[1] ?? null])
    )
  }
}
