import { nothing, patchOf, type DrawnGrid, type Patch, type PlanePoint } from './patch'

type Plane = Pick<DrawnGrid, 'columns' | 'rows'>

/**
 * Pixels whose centre lies inside a closed line, by the even-odd rule. A centre exactly on an edge counts as inside on the left
 * and upper side and as outside on the right and lower one, so that two polygons with a common edge share no pixel and leave none.
 */
export function polygonPatch(plane: Plane, corners: readonly PlanePoint[]): Patch {
  if (corners.length < 3) return nothing
  const box = boundsOf(corners)
  const y0 = Math.max(0, Math.floor(box.y0))
  const crossings = new Map<number, number[]>()
  for (let row = y0; row < Math.min(plane.rows, Math.ceil(box.y1)); row++) {
    crossings.set(row, crossingsAt(corners, row + 0.5))
  }
  return patchOf(plane, box, (column, row) => {
    const before = crossings.get(row)!.filter((x) => x <= column + 0.5).length
    return before % 2 === 1
  })
}

/** Where a horizontal line meets the edges; an edge owns its upper end. */
function crossingsAt(corners: readonly PlanePoint[], y: number): number[] {
  return corners.flatMap((from, index) => {
    const to = corners[(index + 1) % corners.length]
    if (from.y <= y === to.y <= y) return []
    return [from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x)]
  })
}

export interface Extent {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

export function boundsOf(points: readonly PlanePoint[]): Extent {
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  // Not spread: a freehand line may have more points than a call takes arguments.
  const least = (values: number[]): number => values.reduce((low, value) => Math.min(low, value), Infinity)
  const most = (values: number[]): number => values.reduce((high, value) => Math.max(high, value), -Infinity)
  return { x0: least(xs), y0: least(ys), x1: most(xs), y1: most(ys) }
}

/** Pixels whose centre lies in the rectangle between two corners; the far edge is exclusive. */
export function rectanglePatch(plane: Plane, from: PlanePoint, to: PlanePoint): Patch {
  const box = boundsOf([from, to])
  return patchOf(plane, box, (column, row) => {
    const [x, y] = [column + 0.5, row + 0.5]
    return x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1
  })
}

/** Pixels whose centre lies in the ellipse that touches the sides of the rectangle between two corners. */
export function ellipsePatch(plane: Plane, from: PlanePoint, to: PlanePoint): Patch {
  const box = boundsOf([from, to])
  const [middleX, middleY] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]
  const [radiusX, radiusY] = [(box.x1 - box.x0) / 2, (box.y1 - box.y0) / 2]
  if (radiusX === 0 || radiusY === 0) return nothing
  return patchOf(plane, box, (column, row) => {
    const x = (column + 0.5 - middleX) / radiusX
    const y = (row + 0.5 - middleY) / radiusY
    return x * x + y * y <= 1
  })
}

/** Whole pixels a box covers: its edges go to the nearest pixel edges, at least one pixel apart; far edges exclusive. */
export function boxOf(plane: Plane, from: PlanePoint, to: PlanePoint): [number, number, number, number] {
  const box = boundsOf([from, to])
  const near = (value: number, size: number): number => Math.min(size - 1, Math.max(0, Math.round(value)))
  const [x0, y0] = [near(box.x0, plane.columns), near(box.y0, plane.rows)]
  const far = (value: number, from: number, size: number): number =>
    Math.min(size, Math.max(from + 1, Math.round(value)))
  return [x0, y0, far(box.x1, x0, plane.columns), far(box.y1, y0, plane.rows)]
}
