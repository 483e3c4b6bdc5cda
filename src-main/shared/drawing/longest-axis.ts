/** What a plane of a segment is measured by: 0 or 1 a pixel, and the box its marked pixels lie in. */
export interface MarkedPlane {
  readonly bits: Uint8Array
  readonly columns: number
  readonly bounds: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }
}

export interface Axis {
  /** In the unit of the spacing. */
  readonly length: number
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
}

/**
 * The longest distance between two points of a segment's outline on a slice (greatest Feret diameter). The outline runs through
 * the middles of the pixel edges between inside and outside, as it is drawn; null for an empty plane.
 */
export function longestAxis(plane: MarkedPlane, spacing: { readonly x: number; readonly y: number }): Axis | null {
  const hull = convexHull(outermost(plane), spacing)
  let best: Axis | null = null
  for (let first = 0; first < hull.length; first++) {
    for (let second = first + 1; second < hull.length; second++) {
      const [from, to] = [hull[first], hull[second]]
      const length = Math.hypot((to[0] - from[0]) * spacing.x, (to[1] - from[1]) * spacing.y)
      if (best === null || length > best.length) best = { length, from, to }
    }
  }
  return best
}

type At = readonly [x: number, y: number]

/** First and last edge middle of every row and column: no other outline point can be a corner of the hull. */
function outermost({ bits, columns, bounds }: MarkedPlane): At[] {
  const points: At[] = []
  const highest = new Map<number, number>()
  const lowest = new Map<number, number>()
  for (let row = bounds.y0; row < bounds.y1; row++) {
    let [first, last] = [-1, -1]
    for (let column = bounds.x0; column < bounds.x1; column++) {
      if (bits[row * columns + column] === 0) continue
      if (first < 0) first = column
      last = column
      if (!highest.has(column)) highest.set(column, row)
      lowest.set(column, row)
    }
    if (first >= 0) points.push([first, row + 0.5], [last + 1, row + 0.5])
  }
  for (const [column, row] of highest) points.push([column + 0.5, row])
  for (const [column, row] of lowest) points.push([column + 0.5, row + 1])
  return points
}

/** Corners of the convex hull (Andrew's monotone chain; Inf Process Lett 1979;9:216–219). */
function convexHull(points: At[], spacing: { readonly x: number; readonly y: number }): At[] {
  const sorted = points.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const turn = (a: At, b: At, c: At): number =>
    ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) * spacing.x * spacing.y
  const half = (from: readonly At[]): At[] => {
    const chain: At[] = []
    for (const point of from) {
      while (chain.length > 1 && turn(chain[chain.length - 2], chain[chain.length - 1], point) <= 0) chain.pop()
      chain.push(point)
    }
    return chain.slice(0, -1)
  }
  return [...half(sorted), ...half([...sorted].reverse())]
}
