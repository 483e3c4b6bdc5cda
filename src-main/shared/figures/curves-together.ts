import type { Curve } from '../report'
import { fitAxis, fitted, leftAxis, textWidth, upright, wrapped } from './axis'
import { curvePlaces, heightsOf } from './curve-places'
import { type FigureData, pixel, type Scene, type Shape, slug } from './scene'

export interface NamedCurve {
  curve: Curve
  label: string
  /** The random map: what a map without content gives. */
  random: boolean
}

/** Two of them stand beside each other on a page, in type that is read there. */
const WIDTH = 460
const LEFT = 42
const RIGHT = 306
const TOP = 24
/** Of the plot; it is as high as the names beside it need. */
const LEAST_HEIGHT = 190
/** Height of a line of a name, and what is left between two names. */
const LINE = 14
const APART = 3
/** From the end of a line to its name, which has the rest. */
const LEAD = 18
const NAME = WIDTH - RIGHT - LEAD
/** Lines are told apart by their dashes and by the name at their end, never by colour alone. */
const dashes = ['', '7 3', '2 3', '9 3 2 3', '12 4', '4 2', '2 2 6 2', '14 3 3 3']

interface End {
  /** Lines of the name. */
  readonly words: readonly string[]
  /** Where the curve ends. */
  readonly y: number
  /** Middle of the name. */
  at: number
  readonly random: boolean
}

const heightOf = ({ words }: Pick<End, 'words'>): number => words.length * LINE + APART
const nameLines = (label: string): string[] => wrapped(label, NAME).map((line) => fitted(line, NAME))

/** The removal curves of every map of one model in one plot, the random map among them. */
export function curvesTogether(curves: readonly NamedCurve[], { title, kind }: { title: string; kind: string }): Scene {
  const values = curves.flatMap(({ curve }) => curve.points.flatMap(({ value }) => (value === null ? [] : [value])))
  const names = curves.map(({ label }) => nameLines(label))
  const named = names.reduce((sum, words) => sum + heightOf({ words }), 0)
  const bottom = TOP + Math.max(LEAST_HEIGHT, named)
  const axis = fitAxis(heightsOf(values, { yTitle: curves[0]?.curve.yTitle ?? '' }), bottom, TOP)
  const longest = curves.reduce<Curve['points']>(
    (most, { curve: { points } }) => (points.length > most.length ? points : most),
    []
  )
  const places = curvePlaces(longest)
  const x = (index: number): number => pixel(LEFT + places[index] * (RIGHT - LEFT))
  const ends: End[] = []
  const shapes: Shape[] = leftAxis(axis, { left: LEFT, right: RIGHT })

  curves.forEach(({ curve, random }, number) => {
    const points = curve.points.flatMap(({ value }, index) =>
      value === null ? [] : [{ x: x(index), y: axis.at(value) }]
    )
    shapes.push(...lineThrough(points, random ? '1 4' : dashes[number % dashes.length], random))
    const last = points.at(-1)
    if (last !== undefined) ends.push({ words: names[number], y: last.y, at: last.y, random })
  })
  shapes.push(...endLabels(ends, bottom), ...stageWords(longest, { x, bottom }))
  const [first] = curves
  const titleLines = wrapped(first?.curve.xTitle ?? '', WIDTH - 2 * LEFT)

  return {
    id: slug(`together ${kind}`),
    width: WIDTH,
    height: bottom + 40 + LINE * (titleLines.length - 1),
    title,
    description: `${curves.length} curves.`,
    shapes: [
      upright(first?.curve.yTitle ?? '', LEFT, TOP - 10),
      ...shapes,
      ...titleLines.map((words, line): Shape => {
        const y = bottom + 34 + LINE * line

        return { kind: 'text', x: LEFT, y, words, tone: 'faint', anchor: 'start' }
      })
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
function endLabels(ends: End[], bottom: number): Shape[] {
  const sorted = [...ends].sort((a, b) => a.y - b.y)
  const half = (end: End): number => heightOf(end) / 2
  // Down from the top, then up from the bottom edge.
  for (const [index, end] of sorted.entries())
    if (index > 0) end.at = Math.max(end.y, sorted[index - 1].at + half(sorted[index - 1]) + half(end))
  let edge = bottom + APART
  for (const end of sorted.toReversed()) {
    end.at = Math.min(end.at, edge - half(end))
    edge = end.at - half(end)
  }

  return sorted.flatMap(({ words, y, at, random }): Shape[] => [
    { kind: 'line', x1: RIGHT + 2, y1: y, x2: RIGHT + LEAD - 4, y2: pixel(at), tone: 'axis' },
    ...words.map((line, number): Shape => {
      const middle = at + (number - (words.length - 1) / 2) * LINE

      return {
        ...{ kind: 'text', x: RIGHT + LEAD, y: pixel(middle + 4), words: line },
        ...{ tone: random ? 'quiet' : 'ink', anchor: 'start' }
      }
    })
  ])
}

/** Names of the points below the plot, from the left, those left out that would lie on the one before. */
function stageWords(points: Curve['points'], { x, bottom }: { x: (index: number) => number; bottom: number }): Shape[] {
  let free = -Infinity

  return points.flatMap(({ x: words }, index): Shape[] => {
    const half = textWidth(words) / 2
    if (x(index) - half < free) return []
    free = x(index) + half + 6

    return [{ kind: 'text', x: x(index), y: bottom + 16, words, tone: 'faint', anchor: 'middle' }]
  })
}

function dataOf(curves: readonly NamedCurve[]): FigureData {
  return {
    columns: ['map', 'x', 'images', 'value', 'sd', 'low', 'high'],
    rows: curves.flatMap(({ curve, label }) =>
      curve.points.map(({ x, n, value, sd, ci95 }) => [label, x, n, value, sd, ci95?.[0] ?? null, ci95?.[1] ?? null])
    )
  }
}
