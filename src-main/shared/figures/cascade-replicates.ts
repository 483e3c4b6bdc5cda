import { counted, decimal } from '../number-words'
import type { Curve } from '../report'
import { boldSign, fitAxis, fitted, leftAxis } from './axis'
import { curveData, curvePlane, frame, known, stageNames } from './cascade'
import { type FigureData, type Scene, type Shape, slug } from './scene'

export interface Replicates {
  /** One curve a training run, over the same stages. */
  readonly curves: readonly Curve[]
  /** Names of the runs, in their order. */
  readonly models: readonly string[]
  /** Name of the map. */
  readonly label: string
}

/** Least distance of the numbers at the ends of the lines, in pixels. */
const APART = 11

/** The cascade of every training run of one architecture: a line a run, the band between lowest and highest, the limits dashed. */
export function cascadeReplicates({ curves, models, label }: Replicates): Scene {
  const runs = curves.map((curve) => known(curve))
  const limits = curves.flatMap((curve) => curve.limits.flatMap(({ value }) => (value === null ? [] : [value])))
  const values = runs.flatMap((run) => run.map(({ point }) => point.value))
  const axis = fitAxis([0, 1, ...values, ...limits], frame.bottom, frame.top)
  const right = frame.right - 14
  const plane = curvePlane(axis, curves[0].points, right)
  const line = (run: (typeof runs)[number]): Shape => ({
    kind: 'path',
    d: `M${run.map(({ point, index }) => `${plane.x(index)} ${axis.at(point.value)}`).join('L')}`,
    tone: 'accent',
    filled: false,
    width: 1.4
  })
  const title = `${label}, ${counted(curves.length, 'training run')}`

  return {
    id: slug(`cascade runs ${models.join(' ')} ${curves[0].method}`),
    width: frame.width,
    height: frame.height,
    title: `${title}: ${models.join(', ')}`,
    description: runs
      .map((run, at) => `${models[at]}: ${run.map(({ point }) => `${point.x} ${decimal(point.value)}`).join(', ')}`)
      .join('. '),
    shapes: [
      {
        kind: 'text',
        x: 0,
        y: 12,
        words: fitted(label, frame.width, boldSign),
        tone: 'ink',
        anchor: 'start',
        bold: true
      },
      ...leftAxis(axis, { left: frame.left, right }),
      ...band(runs, plane),
      ...runs.filter((run) => run.length > 0).map(line),
      ...numbers(runs, plane, right),
      ...limitLines(limits, axis, right),
      ...stageNames(curves[0], plane.x)
    ],
    hotSpots: [],
    data: dataOf(curves, models),
    caption:
      `Upright: ${curves[0].yTitle}. A line a training run (${models.map((name, at) => `${at + 1} ${name}`).join(', ')}); ` +
      'band: from the lowest to the highest run. Dashed: the limit of each run.'
  }
}

type Runs = readonly ReturnType<typeof known>[]
type Plane = ReturnType<typeof curvePlane>

/** Where at least two runs have a value. */
function band(runs: Runs, { axis, x }: Plane): Shape[] {
  const stages = [...new Set(runs.flatMap((run) => run.map(({ index }) => index)))].sort((a, b) => a - b)
  const ends = stages.flatMap((index) => {
    const here = runs.flatMap((run) => run.filter((one) => one.index === index).map(({ point }) => point.value))

    return here.length < 2 ? [] : [{ index, low: Math.min(...here), high: Math.max(...here) }]
  })
  if (ends.length < 2) return []
  const outline = [
    ...ends.map(({ index, high }) => `${x(index)} ${axis.at(high)}`),
    ...[...ends].reverse().map(({ index, low }) => `${x(index)} ${axis.at(low)}`)
  ].join('L')

  return [{ kind: 'path', d: `M${outline}Z`, tone: 'accent', filled: true, opacity: 0.16 }]
}

/** The number of each run at the end of its line; runs that end together are moved apart. */
function numbers(runs: Runs, { axis }: Plane, right: number): Shape[] {
  const ends = runs.flatMap((run, at) => {
    const last = run[run.length - 1]

    return last === undefined ? [] : [{ words: String(at + 1), y: axis.at(last.point.value) + 4 }]
  })
  ends.sort((a, b) => b.y - a.y)
  ends.forEach((one, at) => {
    if (at > 0) one.y = Math.min(one.y, ends[at - 1].y - APART)
  })

  return ends.map(({ words, y }) => ({ kind: 'text', x: right + 5, y, words, tone: 'accent', anchor: 'start' }))
}

function limitLines(limits: readonly number[], axis: Plane['axis'], right: number): Shape[] {
  if (limits.length === 0) return []
  const [low, high] = [Math.min(...limits), Math.max(...limits)]
  const words = low === high ? `limit ${decimal(low)}` : `limits ${decimal(low)} to ${decimal(high)}`

  return [
    ...limits.map((limit): Shape => ({
      kind: 'line',
      x1: frame.left,
      y1: axis.at(limit),
      x2: right,
      y2: axis.at(limit),
      tone: 'ink',
      width: 1,
      dash: '4 3'
    })),
    { kind: 'text', x: right, y: axis.at(high) - 5, words, tone: 'quiet', anchor: 'end' }
  ]
}

function dataOf(curves: readonly Curve[], models: readonly string[]): FigureData {
  const own = curves.map((curve) => curveData(curve))

  return {
    columns: ['model', ...own[0].columns],
    rows: own.flatMap(({ rows }, at) => rows.map((row) => [models[at], ...row]))
  }
}
