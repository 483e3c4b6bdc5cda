import { forEachRun, insideShare, type SegmentPlane } from '@engine/formats/segmentation/segmentation'

/** A corner of pixels: `x` of 0 is the left edge of the first column, `y` of 0 the upper edge of the first row. */
interface Corner {
  readonly x: number
  readonly y: number
  next: Corner
}

/** Closed outlines in corners of pixels, `[x, y]`. */
export type Outline = readonly (readonly [number, number])[]

/**
 * The outlines of a mask along the edges of its pixels, so that filling them gives back exactly the same pixels.
 * A hole is joined to the outline around it by a keyhole, a channel of no width: every outline is one simple closed line and needs no rule
 * for lines within lines. Pixels that only touch at a corner get outlines of their own. Source: DICOM PS3.3 C.8.8.6.3.
 */
export function traceOutlines(plane: SegmentPlane, [columns, rows]: readonly [number, number]): Outline[] {
  const mask = { plane, columns, rows }
  const loops = loopsOf(edgesOf(mask), columns)
  const outer = loops.filter((loop) => !loop.hole)
  const holes = loops.filter((loop) => loop.hole).sort((a, b) => a.start.x - b.start.x || a.start.y - b.start.y)
  const byRow = cornersByRow(loops)
  for (const { start } of holes) joinHole(start, byRow)
  return outer.map(({ start }) => withoutStraightCorners(start))
}

interface Mask {
  readonly plane: SegmentPlane
  readonly columns: number
  readonly rows: number
}

/** Directions along pixel edges with the inside on the right: right, down, left, up. */
const steps = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1]
] as const

/** For each corner the directions in which an edge leaves it, as bits. */
function edgesOf({ plane, columns, rows }: Mask): Uint8Array {
  const inside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < columns && y < rows && plane[y * columns + x] >= insideShare
  const width = columns + 1
  const edges = new Uint8Array(width * (rows + 1))
  forEachRun(plane, (from, to) => {
    for (let pixel = from; pixel < to; pixel++) {
      const y = Math.floor(pixel / columns)
      const x = pixel - y * columns
      if (!inside(x, y - 1)) edges[y * width + x] |= 1
      if (!inside(x + 1, y)) edges[y * width + x + 1] |= 2
      if (!inside(x, y + 1)) edges[(y + 1) * width + x + 1] |= 4
      if (!inside(x - 1, y)) edges[(y + 1) * width + x] |= 8
    }
  })
  return edges
}

interface Loop {
  /** Its leftmost corner, the uppermost of these. */
  readonly start: Corner
  readonly hole: boolean
}

function loopsOf(edges: Uint8Array, columns: number): Loop[] {
  const loops: Loop[] = []
  for (let corner = 0; corner < edges.length; corner++) {
    while (edges[corner] !== 0) loops.push(followed(corner, edges, columns + 1))
  }
  return loops
}

/** Follows edges from a corner back to it, taking them away. Where two loops touch it turns right: they stay apart. */
function followed(from: number, edges: Uint8Array, width: number): Loop {
  let at = from
  let direction = Math.log2(edges[at] & -edges[at])
  const origin: [number, number] = [from % width, Math.floor(from / width)]
  let [x, y] = origin
  const corners: Corner[] = []
  let area = 0
  do {
    edges[at] &= ~(1 << direction)
    const corner = { x, y } as Corner
    if (corners.length > 0) corners[corners.length - 1].next = corner
    corners.push(corner)
    const [dx, dy] = steps[direction]
    area += x * dy - y * dx
    x += dx
    y += dy
    at = y * width + x
    const turn = [1, 0, 3].find((change) => edges[at] & (1 << ((direction + change) % 4)))
    if (turn !== undefined) direction = (direction + turn) % 4
  } while (x !== origin[0] || y !== origin[1])
  corners[corners.length - 1].next = corners[0]
  const start = corners.reduce((best, corner) =>
    corner.x < best.x || (corner.x === best.x && corner.y < best.y) ? corner : best
  )
  return { start, hole: area < 0 }
}

/** Corners of every loop by row, sorted by column. */
function cornersByRow(loops: readonly Loop[]): ReadonlyMap<number, Corner[]> {
  const rows = new Map<number, Corner[]>()
  for (const { start } of loops) {
    let corner = start
    do {
      const row = rows.get(corner.y)
      if (row === undefined) rows.set(corner.y, [corner])
      else row.push(corner)
      corner = corner.next
    } while (corner !== start)
  }
  for (const row of rows.values()) row.sort((a, b) => a.x - b.x)
  return rows
}

/**
 * Joins a hole to the nearest corner on its left. That corner belongs to the outline around the hole, or to a hole that begins further
 * left and was therefore joined before.
 */
function joinHole(start: Corner, rows: ReadonlyMap<number, Corner[]>): void {
  const left = nearestLeft(rows.get(start.y)!, start.x)
  const last = lastOf(start)
  const back: Corner = { x: left.x, y: left.y, next: left.next }
  const end: Corner = { x: start.x, y: start.y, next: back }
  left.next = start
  last.next = end
}

/** The last corner left of `x` in a sorted row. */
function nearestLeft(row: readonly Corner[], x: number): Corner {
  let [low, high] = [0, row.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (row[middle].x < x) low = middle
    else high = middle - 1
  }
  return row[low]
}

function lastOf(start: Corner): Corner {
  let corner = start
  while (corner.next !== start) corner = corner.next
  return corner
}

/** Corners where the line turns; the others say nothing. */
function withoutStraightCorners(start: Corner): Outline {
  const kept: [number, number][] = []
  let before = lastOf(start)
  let corner = start
  do {
    const [inX, inY] = [Math.sign(corner.x - before.x), Math.sign(corner.y - before.y)]
    const [outX, outY] = [Math.sign(corner.next.x - corner.x), Math.sign(corner.next.y - corner.y)]
    if (inX !== outX || inY !== outY) kept.push([corner.x, corner.y])
    before = corner
    corner = corner.next
  } while (corner !== start)
  return kept
}
