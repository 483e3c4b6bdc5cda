/** Neighbours that count as touching: 1 across faces (4 in a plane, 6 in space), 2 edges too (18), 3 corners too (8 in a plane, 26). */
export type Connectivity = 1 | 2 | 3

/** Size of a lattice as `[slices, rows, columns]`; a plane has one slice. */
export type Lattice = readonly [number, number, number]

/** Calls a function with the index of every neighbour of a voxel. */
export type VisitNeighbours = (index: number, visit: (index: number) => void) => void

/** Neighbours of the voxels of a lattice. */
export function neighboursIn(lattice: Lattice, connectivity: Connectivity): VisitNeighbours {
  return connectivity === 1 ? acrossFaces(lattice) : byOffsets(lattice, connectivity)
}

/** The common case without a list of offsets: floods of whole volumes go through it. */
function acrossFaces([slices, rows, columns]: Lattice): VisitNeighbours {
  const plane = columns * rows
  return (index, visit) => {
    const i = index % columns
    const inPlane = index % plane
    if (i > 0) visit(index - 1)
    if (i < columns - 1) visit(index + 1)
    if (inPlane >= columns) visit(index - columns)
    if (inPlane < plane - columns) visit(index + columns)
    if (index >= plane) visit(index - plane)
    if (index < plane * (slices - 1)) visit(index + plane)
  }
}

function byOffsets([slices, rows, columns]: Lattice, connectivity: Connectivity): VisitNeighbours {
  const offsets = [-1, 0, 1]
  const steps = offsets
    .flatMap((k) => offsets.flatMap((j) => offsets.map((i): Lattice => [k, j, i])))
    .filter((step) => {
      const moved = step.filter((offset) => offset !== 0).length
      return moved > 0 && moved <= connectivity
    })
  return (index, visit) => {
    const column = index % columns
    const row = Math.floor(index / columns) % rows
    const slice = Math.floor(index / (columns * rows))
    for (const [dk, dj, di] of steps) {
      const [k, j, i] = [slice + dk, row + dj, column + di]
      if (k < 0 || j < 0 || i < 0 || k >= slices || j >= rows || i >= columns) continue
      visit((k * rows + j) * columns + i)
    }
  }
}
