import { Fault } from '@engine/fault'

/** A closed outline in pixel indices: column and row of each point in turn. */
export type Polygon = readonly (readonly [number, number])[]

/** Edges times rows; a real outline has a few thousand, more than this would hold up everything. */
const mostCrossings = 50_000_000

/**
 * Pixels whose centres lie inside an odd number of the outlines: an outline within another is a hole, and a keyhole's double edge
 * cancels itself. A centre exactly on an edge counts at the left and upper edge only.
 * Returns null when no centre is inside. Throws Fault `too-large` for outlines that are made to take for ever.
 */
export function fillPolygons(
  polygons: readonly Polygon[],
  [columns, rows]: readonly [number, number],
  name: string
): Uint8Array | null {
  const crossings: number[][] = Array.from({ length: rows }, () => [])
  let total = 0
  for (const polygon of polygons) {
    for (let index = 0; index < polygon.length; index++) {
      total += addEdge(crossings, polygon[index], polygon[(index + 1) % polygon.length])
      if (total > mostCrossings) throw endless(name)
    }
  }
  const plane = new Uint8Array(columns * rows)
  let inside = 0
  crossings.forEach((row, j) => {
    row.sort((a, b) => a - b)
    for (let pair = 0; pair + 1 < row.length; pair += 2) {
      const from = Math.max(0, Math.ceil(row[pair]))
      const to = Math.min(columns, Math.ceil(row[pair + 1]))
      if (to <= from) continue
      plane.fill(1, j * columns + from, j * columns + to)
      inside += to - from
    }
  })
  return inside === 0 ? null : plane
}

/** Where an edge crosses the lines of pixel centres; returns how many it crosses. */
function addEdge(crossings: number[][], from: readonly [number, number], to: readonly [number, number]): number {
  const [upper, lower] = from[1] <= to[1] ? [from, to] : [to, from]
  const first = Math.max(0, Math.ceil(upper[1]))
  const last = Math.min(crossings.length - 1, Math.ceil(lower[1]) - 1)
  for (let j = first; j <= last; j++) {
    const share = (j - upper[1]) / (lower[1] - upper[1])
    crossings[j].push(upper[0] + share * (lower[0] - upper[0]))
  }
  return Math.max(0, last - first + 1)
}

function endless(name: string): Fault {
  return new Fault('too-large', `“${name}” holds an outline with more edges than can be filled.`, {
    subject: name,
    hint: 'Export the structure set again from its source.'
  })
}
