/** Corners of a closed line in pixels, the first not repeated: (0, 0) is the outer corner of the first pixel. */
export type Loop = readonly (readonly [x: number, y: number])[]

/**
 * Borders of the marked pixels of one plane, along pixel edges, marked pixels on the right hand; corners only, straight runs joined.
 * Pixels that touch at a corner stay apart.
 */
export function outlineLoops(marked: (x: number, y: number) => boolean, columns: number, rows: number): Loop[] {
  const edges = directedEdges(marked, columns, rows)
  const loops: Loop[] = []
  for (let [start] = edges.keys(); start !== undefined; [start] = edges.keys()) {
    loops.push(withoutStraights(walk(edges, start, columns + 1)))
  }
  return loops
}

/** Ends of the edges that leave each corner; a corner is `y · (columns + 1) + x`. */
function directedEdges(
  marked: (x: number, y: number) => boolean,
  columns: number,
  rows: number
): Map<number, number[]> {
  const edges = new Map<number, number[]>()
  const corner = (x: number, y: number): number => y * (columns + 1) + x
  const inside = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < columns && y < rows && marked(x, y)
  const add = (from: number, to: number): void => void edges.set(from, [...(edges.get(from) ?? []), to])
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      if (!inside(x, y)) continue
      if (!inside(x, y - 1)) add(corner(x, y), corner(x + 1, y))
      if (!inside(x + 1, y)) add(corner(x + 1, y), corner(x + 1, y + 1))
      if (!inside(x, y + 1)) add(corner(x + 1, y + 1), corner(x, y + 1))
      if (!inside(x - 1, y)) add(corner(x, y + 1), corner(x, y))
    }
  }
  return edges
}

/** Follows edges from a corner back to it, turning right where two pixels touch at a corner, and takes them out. */
function walk(edges: Map<number, number[]>, start: number, width: number): [number, number][] {
  const points: [number, number][] = []
  let at = start
  let from = -1
  do {
    points.push([at % width, Math.floor(at / width)])
    const ends = edges.get(at) ?? []
    const next = ends.length > 1 && from >= 0 ? rightmost(ends, at, from, width) : ends[0]
    const left = ends.filter((end) => end !== next)
    if (left.length === 0) edges.delete(at)
    else edges.set(at, left)
    from = at
    at = next
  } while (at !== start)
  return points
}

function rightmost(ends: readonly number[], at: number, from: number, width: number): number {
  const [dx, dy] = [(at % width) - (from % width), Math.floor(at / width) - Math.floor(from / width)]
  // Right of (dx, dy) with y downwards is (−dy, dx).
  const right = at - dy + dx * width
  return ends.find((end) => end === right) ?? ends[0]
}

function withoutStraights(points: readonly [number, number][]): Loop {
  return points.filter(([x, y], index) => {
    const [ax, ay] = points[(index + points.length - 1) % points.length]
    const [bx, by] = points[(index + 1) % points.length]
    return (x - ax) * (by - y) !== (y - ay) * (bx - x)
  })
}
