import type { CellSize, Point } from './placement'

/** What a label names, as the screen shows it, in CSS pixels. */
export interface Named {
  /** Points of it that no other lies beyond: the ends of an outline, the middles of a box's sides. */
  readonly points: readonly Point[]
  /** Of the words. */
  readonly width: number
  /** Its usual place. */
  readonly side: 'above' | 'below'
  /** It is drawn as the rectangle around its points: words of others stand beside that line where they can, not on it. */
  readonly framed?: boolean
}

/** Height of the words, in CSS pixels. */
export const LABEL_HEIGHT = 15
/** Between the words and what they name, and to the edge of the cell. */
const GAP = 6
const EDGE = 4

interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
}

const overlap = (one: Area, other: Area): boolean =>
  one.x < other.x + other.width + EDGE && other.x < one.x + one.width + EDGE && Math.abs(one.y - other.y) < LABEL_HEIGHT

/** The words would be crossed by a side of the rectangle around points. */
function crossed({ x, y, width }: Area, points: readonly Point[]): boolean {
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)]
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const meets = x < right && left < x + width && y < bottom && top < y + LABEL_HEIGHT
  const lies = x > left && x + width < right && y > top && y + LABEL_HEIGHT < bottom

  return meets && !lies
}

const within = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value))

/**
 * Where the words of each label stand: the middle of their upper edge, inside the cell, none over another. Whoever comes first
 * has the first choice: the usual side, the other one, beside it, a line or two farther out. null: it lies outside of the cell,
 * or there is no place left and the label yields.
 */
export function labelPlaces(named: readonly Named[], cell: CellSize): (Point | null)[] {
  const taken: Area[] = []
  const frames = named.filter(({ framed }) => framed === true)

  return named.map((one) => {
    const free = seen(one.points, cell)
      ? areasFor(one, cell).filter((place) => !taken.some((t) => overlap(place, t)))
      : []
    const area = free.find((place) => !frames.some(({ points }) => crossed(place, points))) ?? free[0]
    if (area === undefined) return null
    taken.push(area)

    return { x: area.x + area.width / 2, y: area.y }
  })
}

/** Some of what the points span lies in the cell. */
function seen(points: readonly Point[], { width, height }: CellSize): boolean {
  const spans = (of: (point: Point) => number, size: number): boolean =>
    Math.max(...points.map(of)) >= 0 && Math.min(...points.map(of)) <= size

  return points.length > 0 && spans(({ x }) => x, width) && spans(({ y }) => y, height)
}

/** Places for one label that lie in the cell, best first. */
function areasFor({ points, width, side }: Named, cell: CellSize): Area[] {
  const by = (of: (point: Point) => number): Point =>
    points.reduce((most, point) => (of(point) > of(most) ? point : most))
  const [left, right, top, bottom] = [by(({ x }) => -x), by(({ x }) => x), by(({ y }) => -y), by(({ y }) => y)]
  const mostX = cell.width - EDGE - width
  const mostY = cell.height - EDGE - LABEL_HEIGHT
  const at = (x: number, y: number): Area => ({ x: within(x - width / 2, EDGE, mostX), y, width })
  const below = (lines: number): Area => at(bottom.x, bottom.y + GAP + lines * LABEL_HEIGHT)
  const above = (lines: number): Area => at(top.x, top.y - GAP - (lines + 1) * LABEL_HEIGHT)
  const beside = (x: number, { y }: Point): Area => ({ x, y: within(y - LABEL_HEIGHT / 2, EDGE, mostY), width })
  const [first, second] = side === 'below' ? [below, above] : [above, below]
  const inside = [
    ...[first(0), second(0), beside(right.x + GAP, right), beside(left.x - GAP - width, left)],
    ...[first(1), second(1), first(2), second(2)]
  ].filter(({ x, y }) => x >= EDGE && x <= mostX && y >= EDGE && y <= mostY)
  // What fills the cell has no room around it: its words stand on it.
  const usual = first(0)

  return mostX < EDGE || mostY < EDGE ? [] : [...inside, { ...usual, y: within(usual.y, EDGE, mostY) }]
}
