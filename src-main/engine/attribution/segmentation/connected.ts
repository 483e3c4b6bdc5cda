import type { Labels } from '@engine/attribution/segmentation/felzenszwalb'
import type { Extent } from '@engine/attribution/segmentation/regions'

/**
 * Labels made connected (six neighbours): each connected piece gets a number of its own, in the order of first cells; a piece under
 * `smallest` cells joins the piece before its first cell.
 */
export function joinedPieces(labels: Int32Array, extent: Extent, smallest: number): Labels {
  const pieces = new Int32Array(labels.length).fill(-1)
  let count = 0
  for (let first = 0; first < labels.length; first++) {
    if (pieces[first] >= 0) continue
    const piece = flood(labels, pieces, { first, number: count, extent })
    const before = piece.length < smallest ? earlierNeighbour(pieces, first, extent) : -1
    if (before < 0) count++
    else for (const cell of piece) pieces[cell] = before
  }
  return { labels: pieces, count }
}

/** Numbers the cells connected to `first` under its label, and answers with them. */
function flood(
  labels: Int32Array,
  pieces: Int32Array,
  { first, number, extent }: { first: number; number: number; extent: Extent }
): number[] {
  const found = [first]
  pieces[first] = number
  for (let next = 0; next < found.length; next++) {
    visitNeighbours(found[next], extent, (cell) => {
      if (pieces[cell] >= 0 || labels[cell] !== labels[first]) return
      pieces[cell] = number
      found.push(cell)
    })
  }
  return found
}

/** The piece of a neighbour that was numbered before; −1 for the very first cell. */
function earlierNeighbour(pieces: Int32Array, cell: number, extent: Extent): number {
  let piece = -1
  visitNeighbours(cell, extent, (neighbour) => {
    if (neighbour < cell && pieces[neighbour] !== pieces[cell]) piece = pieces[neighbour]
  })
  return piece
}

function visitNeighbours(cell: number, [depth, height, width]: Extent, visit: (cell: number) => void): void {
  const plane = height * width
  const x = cell % width
  const y = Math.floor(cell / width) % height
  const z = Math.floor(cell / plane)
  if (z > 0) visit(cell - plane)
  if (y > 0) visit(cell - width)
  if (x > 0) visit(cell - 1)
  if (x < width - 1) visit(cell + 1)
  if (y < height - 1) visit(cell + width)
  if (z < depth - 1) visit(cell + plane)
}
