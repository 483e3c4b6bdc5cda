import { decimal } from '../number-words'
import type { Curve } from '../report'
import type { VerdictState } from '../verdict'
import { boldSign, fitAxis, fitted, leftAxis, textWidth, upright, wrapped, type Axis } from './axis'
import { curvePlaces, heightsOf } from './curve-places'
import { pixel, slug, stateTone, type FigureData, type Scene, type Shape, type Tone } from './scene'

export interface Cascade {
  curve: Curve
  /** The random map's curve of the same measure, drawn dashed. */
  beside?: Curve | null
  /** First part of the figure's id. */
  kind?: string
  /** Name of the map. */
  label: string
  /** Name of the model. */
  model: string
  state: VerdictState
  /** Index into `report.results`; null when no row stands behind the curve. */
  row: number | null
}

/** Size of the drawing and of the plot in it, in pixels. */
export const frame = { width: 232, height: 190, left: 40, right: 228, top: 30, bottom: 152 } as const
const { width: WIDTH, height: HEIGHT, left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM } = frame

type Point = Curve['points'][number] & { value: number }

/** Points that have a value, with their places. */
export const known = (curve: Curve): { point: Point; index: number }[] =>
  curve.points.flatMap((point, index) => (point.value === null ? [] : [{ point: point as Point, index }]))

/** Where a curve is drawn: stage to pixel, similarity to pixel. */
interface Plane {
  axis: Axis
  x(index: number): number
}

/** The plane of curves with these points. */
export function curvePlane(axis: Axis, points: Curve['points'], right: number = RIGHT): Plane {
  const places = curvePlaces(points)

  return { axis, x: (index) => pixel(LEFT + places[index] * (right - LEFT)) }
}

/** Similarity to the trained model's map as more layers are scrambled, its interval as a band, its limit dashed. */
export function cascade({ curve, beside = null, kind = 'cascade', label, model, state, row }: Cascade): Scene {
  const points = known(curve)
  const others = beside === null ? [] : known(beside)
  const limits = curve.limits.flatMap((limit) => (limit.value === null ? [] : [limit.value]))
  const all = [
    ...points.flatMap(({ point }) => [point.value, ...(point.ci95 ?? [])]),
    ...others.map(({ point }) => point.value)
  ]
  const axis = fitAxis(heightsOf([...(kind === 'cascade' ? [0, 1] : []), ...all, ...limits], curve), BOTTOM, TOP)
  const plane = curvePlane(axis, curve.points)
  const hotSpot = { x: 0, y: 0, width: WIDTH, height: HEIGHT, label: `${label}: show the images behind it` }

  return {
    id: slug(`${kind} ${model} ${curve.method}`),
    width: WIDTH,
    height: HEIGHT + 14 * (titleLines(curve).length - 1),
    title: `${label}, ${model}`,
    description: describe(curve, label),
    shapes: [
      { kind: 'mark', x: 0, y: 2, state },
      {
        kind: 'text',
        x: 18,
        y: 12,
        words: fitted(label, WIDTH - 34, boldSign),
        tone: 'ink',
        anchor: 'start',
        bold: true
      },
      ...(kind === 'cascade' ? [] : [upright(curve.yTitle, LEFT, TOP - 5)]),
      ...leftAxis(plane.axis, { left: LEFT, right: RIGHT }),
      ...bandAndLine(points, plane, stateTone[state]),
      ...besideLine(others, plane),
      ...limitLines(curve, points[points.length - 1]?.point.value ?? 0, plane.axis),
      ...stageNames(curve, plane.x)
    ],
    hotSpots: row === null ? [] : [{ ...hotSpot, row }],
    data: curveData(curve, beside),
    caption: captionOf(curve)
  }
}

function captionOf({ yTitle, limits, points }: Curve): string {
  const band = points.some(({ ci95 }) => ci95 !== null) ? ' Band: 95 % interval over patients.' : ''
  const known = limits.filter(({ value }) => value !== null).map(({ title }) => title)

  return `Upright: ${yTitle}.${band}${known.length === 0 ? '' : ` Dashed: ${known.join(', ')}.`}`
}

/** Points and limits of a curve, intervals apart. */
export function curveData(
  { points, limits }: Pick<Curve, 'points' | 'limits'>,
  beside: Curve | null = null
): FigureData {
  const lines = (kind: string, list: Curve['points']): FigureData['rows'] =>
    list.map(({ x, n, value, sd, ci95 }) => [kind, x, n, value, sd, ci95?.[0] ?? null, ci95?.[1] ?? null])

  return {
    columns: ['kind', 'name', 'images', 'value', 'sd', 'low', 'high'],
    rows: [
      ...lines('point', points),
      ...lines('random map', beside?.points ?? []),
      ...limits.map(({ title, value, ci95 }) => [
        'limit',
        title,
        null,
        value,
        null,
        ci95?.[0] ?? null,
        ci95?.[1] ?? null
      ])
    ]
  }
}

function bandAndLine(points: ReturnType<typeof known>, { axis, x }: Plane, tone: Tone): Shape[] {
  if (points.length === 0) return []

  const band = points.flatMap(({ point, index }) => (point.ci95 === null ? [] : [{ ci95: point.ci95, index }]))
  const edge = (side: 0 | 1): string[] => band.map(({ ci95, index }) => `${x(index)} ${axis.at(ci95[side])}`)
  const line = points.map(({ point, index }) => `${x(index)} ${axis.at(point.value)}`).join('L')
  const shapes: Shape[] = [{ kind: 'path', d: `M${line}`, tone, filled: false, width: 2 }]
  if (band.length < 2) return shapes

  const outline = [...edge(1), ...edge(0).reverse()].join('L')

  return [{ kind: 'path', d: `M${outline}Z`, tone, filled: true, opacity: 0.16 }, ...shapes]
}

/** The random map, with its name where the line ends. */
function besideLine(points: ReturnType<typeof known>, { axis, x }: Plane): Shape[] {
  const last = points[points.length - 1]
  if (last === undefined) return []
  const line = points.map(({ point, index }) => `${x(index)} ${axis.at(point.value)}`)
  const dashes = line.slice(1).map((to, index): Shape => {
    const [x1, y1] = line[index].split(' ').map(Number)
    const [x2, y2] = to.split(' ').map(Number)

    return { kind: 'line', x1, y1, x2, y2, tone: 'ink', width: 1.4, dash: '4 3' }
  })
  const below = Math.min(axis.at(last.point.value) + 13, BOTTOM - 4)

  return [...dashes, { kind: 'text', x: RIGHT, y: below, words: 'random map', tone: 'quiet', anchor: 'end' }]
}

function limitLines(curve: Curve, end: number, axis: Axis): Shape[] {
  return curve.limits.flatMap((limit): Shape[] => {
    if (limit.value === null) return []

    const y = axis.at(limit.value)
    // Under the line when the curve ends above it, so that the words do not lie on the curve.
    const below = end > limit.value && limit.value > 0.15
    const words = `limit ${decimal(limit.value)}`

    return [
      { kind: 'line', x1: LEFT, y1: y, x2: RIGHT, y2: y, tone: 'ink', width: 1.2, dash: '4 3' },
      { kind: 'text', x: RIGHT, y: below ? y + 13 : y - 5, words, tone: 'quiet', anchor: 'end' }
    ]
  })
}

interface StageName {
  readonly x: number
  readonly anchor: 'start' | 'middle' | 'end'
  readonly words: string
}

function extent({ x, anchor, words }: StageName): [number, number] {
  const width = textWidth(words)
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2
  return [left, left + width]
}

/** Whether two names lie on each other or closer than a word's space. */
function touch(one: StageName, other: StageName): boolean {
  const [a, b] = [extent(one), extent(other)]
  return a[0] < b[1] + 6 && b[0] < a[1] + 6
}

/** The title of the level axis in as many lines as it takes. */
const titleLines = ({ xTitle }: Curve): string[] => wrapped(xTitle, WIDTH)

/** First, last and the stages between that fit. */
export function stageNames(curve: Curve, x: (index: number) => number): Shape[] {
  const last = curve.points.length - 1
  const every = Math.max(1, Math.ceil(curve.points.length / 3))
  const shown = curve.points
    .map((point, index) => ({ point, index }))
    .filter(({ index }) => index % every === 0 || index === last)
  const named = shown
    .filter(({ index }) => index === last || last - index >= every)
    .map(({ point, index }): StageName => {
      const anchor = index === 0 ? 'start' : index === last ? 'end' : 'middle'
      // The first and the last have half the width each, however long their names are.
      return { x: x(index), anchor, words: anchor === 'middle' ? point.x : fitted(point.x, (RIGHT - LEFT) / 2 - 4) }
    })

  return [
    ...named
      .filter((name) => name.anchor !== 'middle' || !named.some((other) => other !== name && touch(name, other)))
      .map((name): Shape => ({ kind: 'text', y: BOTTOM + 16, tone: 'faint', ...name })),
    ...titleLines(curve).map((words, line): Shape => {
      return { kind: 'text', x: WIDTH / 2, y: BOTTOM + 34 + 14 * line, words, tone: 'faint', anchor: 'middle' }
    })
  ]
}

function describe(curve: Curve, label: string): string {
  const steps = known(curve).map(({ point }) => `${point.x} ${decimal(point.value)}`)
  const limits = curve.limits.flatMap((limit) =>
    limit.value === null ? [] : [`${limit.title} ${decimal(limit.value)}`]
  )

  return `${label}, ${curve.yTitle}: ${steps.join(', ')}. Limit: ${limits.join(', ') || 'none'}.`
}
