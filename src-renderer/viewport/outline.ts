/** The border of a mask as closed lines, by marching squares through the middles between inside and outside pixels. */

export interface SliceMask {
  readonly labelmap: Uint8Array
  readonly columns: number
  readonly rows: number
  /** Index of the first pixel of the slice. */
  readonly start: number
}

export type Line = readonly (readonly [number, number])[]

/**
 * Directed edges of each of the 16 corner patterns (bits: top left 1, top right 2, bottom right 4, bottom left 8), from
 * side to side with the inside on the right hand. Sides: 0 top, 1 right, 2 bottom, 3 left. The two saddles keep diagonal
 * neighbours apart.
 */
const EDGES: readonly (readonly [number, number])[][] = [
  [],
  [[0, 3]],
  [[1, 0]],
  [[1, 3]],
  [[2, 1]],
  [
    [0, 3],
    [2, 1]
  ],
  [[2, 0]],
  [[2, 3]],
  [[3, 2]],
  [[0, 2]],
  [
    [1, 0],
    [3, 2]
  ],
  [[1, 2]],
  [[3, 1]],
  [[0, 1]],
  [[3, 0]],
  []
]

/** Closed lines in continuous image coordinates (pixel centres at half numbers); none for an empty slice. */
export function outlineOf(mask: SliceMask): Line[] {
  const stride = 2 * mask.columns + 3

  return chained(segmentsOf(mask, stride), stride)
}

/** Next point by point; points are numbered on a grid of half steps. */
function segmentsOf({ labelmap, columns, rows, start }: SliceMask, stride: number): Map<number, number> {
  const inside = (column: number, row: number): number =>
    column >= 0 && row >= 0 && column < columns && row < rows && labelmap[start + row * columns + column] > 0 ? 1 : 0
  const next = new Map<number, number>()

  for (let row = -1; row < rows; row++) {
    for (let column = -1; column < columns; column++) {
      const pattern =
        inside(column, row) |
        (inside(column + 1, row) << 1) |
        (inside(column + 1, row + 1) << 2) |
        (inside(column, row + 1) << 3)
      for (const [from, to] of EDGES[pattern]) {
        next.set(sidePoint(column, row, from, stride), sidePoint(column, row, to, stride))
      }
    }
  }

  return next
}

/** Middle of a side of the square whose top left corner is the centre of pixel (column, row), in half steps from −1. */
function sidePoint(column: number, row: number, side: number, stride: number): number {
  const x = 2 * (column + 1) + (side === 1 ? 2 : side === 3 ? 0 : 1)
  const y = 2 * (row + 1) + (side === 2 ? 2 : side === 0 ? 0 : 1)

  return y * stride + x
}

function chained(next: Map<number, number>, stride: number): Line[] {
  const lines: Line[] = []
  while (next.size > 0) {
    const [first] = next.keys()
    const line: [number, number][] = []
    let point: number | undefined = first
    while (point !== undefined && next.has(point)) {
      line.push([(point % stride) / 2 - 0.5, Math.floor(point / stride) / 2 - 0.5])
      const after: number | undefined = next.get(point)
      next.delete(point)
      point = after
    }
    lines.push(line)
  }

  return lines
}
