import { polygonArea } from './polygon-area'
import type { Measurement } from './measuring'
import { readIn, type Uptake } from './uptake'

/** As much of an image as measuring needs. */
export interface MeasuredImage {
  readonly size: readonly [number, number, number]
  readonly samples: 1 | 3
  readonly voxels: ArrayLike<number>
  /** null: the file does not say how large a pixel is. */
  readonly spacingMm: readonly [number, number, number] | null
  /** PET: the figures of its values are those of uptake where that can be computed. */
  readonly uptake?: Uptake | null
}

export type FigureName = 'length' | 'angle' | 'area' | 'perimeter' | 'mean' | 'sd' | 'min' | 'max' | 'pixels'

/** A figure in millimetres, square millimetres, degrees, pixels or the unit of the image; null with the reason. */
export interface MeasuredFigure {
  readonly name: FigureName
  readonly value: number | null
  readonly unit: 'mm' | 'mm²' | '°' | 'px' | 'px²' | 'value' | ''
  readonly reason?: string
}

type Point = readonly [number, number]

/**
 * The figures of a measurement. Lengths and areas are those of the drawn shape; mean and so on are over the pixels whose
 * centres lie in it. Without a pixel size they are in pixels; without square pixels an angle then has no meaning either way,
 * and is given as on the screen.
 */
export function figuresOf(measurement: Measurement, image: MeasuredImage): MeasuredFigure[] {
  const scale = image.spacingMm === null ? ([1, 1] as const) : ([image.spacingMm[0], image.spacingMm[1]] as const)
  const points = measurement.points.map(([x, y]): Point => [x * scale[0], y * scale[1]])
  const length = image.spacingMm === null ? 'px' : 'mm'

  switch (measurement.kind) {
    case 'length':
      return [{ name: 'length', value: distance(points[0], points[1]), unit: length }]
    case 'angle':
      return [angleOf(points)]
    default:
      return [
        { name: 'area', value: areaOf(measurement.kind, points), unit: image.spacingMm === null ? 'px²' : 'mm²' },
        { name: 'perimeter', value: perimeterOf(measurement.kind, points), unit: length },
        ...valueFigures(measurement, image)
      ]
  }
}

const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1])

/** Between the two legs, 0 to 180°. */
function angleOf([first, vertex, last]: readonly Point[]): MeasuredFigure {
  if (last === undefined) return { name: 'angle', value: null, unit: '°', reason: 'the second leg is missing' }
  const a = [first[0] - vertex[0], first[1] - vertex[1]]
  const b = [last[0] - vertex[0], last[1] - vertex[1]]
  if (Math.hypot(...a) === 0 || Math.hypot(...b) === 0) {
    return { name: 'angle', value: null, unit: '°', reason: 'a leg has no length' }
  }
  const value = Math.abs(Math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]))

  return { name: 'angle', value: (180 * value) / Math.PI, unit: '°' }
}

function areaOf(kind: Measurement['kind'], points: readonly Point[]): number {
  const [a, b] = points
  const box = Math.abs((b[0] - a[0]) * (b[1] - a[1]))
  if (kind === 'rectangle') return box
  if (kind === 'ellipse') return (Math.PI / 4) * box

  return polygonArea(points)
}

/** Of an ellipse by Ramanujan's second approximation (1914), exact to 10⁻⁵ up to axes of 1 : 5. */
function perimeterOf(kind: Measurement['kind'], points: readonly Point[]): number {
  const [a, b] = points
  const [width, height] = [Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1])]
  if (kind === 'rectangle') return 2 * (width + height)
  if (kind === 'ellipse') {
    const sum = (width + height) / 2
    if (sum === 0) return 0
    const h = ((width - height) / 2 / sum) ** 2

    return Math.PI * sum * (1 + (3 * h) / (10 + Math.sqrt(4 - 3 * h)))
  }

  return points.reduce((total, point, index) => total + distance(point, points[(index + 1) % points.length]), 0)
}

function valueFigures(measurement: Measurement, image: MeasuredImage): MeasuredFigure[] {
  const inside = pixelsInside(measurement, image)
  const count: MeasuredFigure = { name: 'pixels', value: inside.length, unit: '' }
  const none = (reason: string): MeasuredFigure[] =>
    (['mean', 'sd', 'min', 'max'] as const).map((name) => ({ name, value: null, unit: 'value', reason }))
  if (image.samples !== 1) return [...none('colour pixels have no single value'), count]

  const { factor } = readIn({ unit: '', uptake: image.uptake })
  const values = inside.map((index) => image.voxels[index] * factor).filter(Number.isFinite)
  if (values.length === 0) return [...none('no pixel centre lies inside'), count]

  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const sd: MeasuredFigure =
    values.length < 2
      ? { name: 'sd', value: null, unit: 'value', reason: 'fewer than two pixels' }
      : { name: 'sd', value: Math.sqrt(squares / (values.length - 1)), unit: 'value' }

  return [
    { name: 'mean', value: mean, unit: 'value' },
    sd,
    { name: 'min', value: values.reduce((low, value) => Math.min(low, value)), unit: 'value' },
    { name: 'max', value: values.reduce((high, value) => Math.max(high, value)), unit: 'value' },
    count
  ]
}

/** Voxel indices of the pixels of the slice whose centres lie in the shape. */
export function pixelsInside({ kind, points, slice }: Measurement, { size }: Pick<MeasuredImage, 'size'>): number[] {
  const [columns, rows] = size
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const from = (values: number[]): number => Math.max(0, Math.floor(values.reduce((a, b) => Math.min(a, b)) - 0.5))
  const to = (values: number[], count: number): number =>
    Math.min(count - 1, Math.ceil(values.reduce((a, b) => Math.max(a, b)) - 0.5))
  const holds = shapeTest(kind, points)
  const found: number[] = []

  for (let row = from(ys); row <= to(ys, rows); row++) {
    for (let column = from(xs); column <= to(xs, columns); column++) {
      if (holds(column + 0.5, row + 0.5)) found.push((slice * rows + row) * columns + column)
    }
  }

  return found
}

function shapeTest(kind: Measurement['kind'], points: readonly Point[]): (x: number, y: number) => boolean {
  const [[x1, y1], [x2, y2]] = points
  if (kind === 'rectangle') {
    return (x, y) => x >= Math.min(x1, x2) && x < Math.max(x1, x2) && y >= Math.min(y1, y2) && y < Math.max(y1, y2)
  }
  if (kind === 'ellipse') {
    const [a, b] = [Math.abs(x2 - x1) / 2, Math.abs(y2 - y1) / 2]

    return (x, y) => ((x - (x1 + x2) / 2) / a) ** 2 + ((y - (y1 + y2) / 2) / b) ** 2 <= 1
  }

  return (x, y) => insidePolygon(points, x, y)
}

/** Even-odd rule. */
function insidePolygon(points: readonly Point[], x: number, y: number): boolean {
  let inside = false
  for (let at = 0, before = points.length - 1; at < points.length; before = at++) {
    const [xa, ya] = points[at]
    const [xb, yb] = points[before]
    if (ya > y !== yb > y && x < ((xb - xa) * (y - ya)) / (yb - ya) + xa) inside = !inside
  }

  return inside
}
