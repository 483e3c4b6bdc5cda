import { type Connectivity, type Lattice, neighboursIn } from './lattice-neighbours'

export interface Components {
  /** 0 outside, 1, 2, … in the order in which row-major scanning meets them. */
  readonly labels: Int32Array
  /** Voxels of label 1, 2, … */
  readonly sizes: readonly number[]
}

/** `[H, W]` or `[D, H, W]` as a lattice. */
export function latticeOf(shape: readonly number[]): Lattice {
  return [shape.length > 2 ? shape[shape.length - 3] : 1, shape[shape.length - 2], shape[shape.length - 1]]
}

/**
 * Connected parts of the voxels that are not zero, numbered as `scipy.ndimage.label` numbers them (connectivity 1 is its default).
 * Floods with a stack of its own, so that no part is too large.
 */
export function connectedComponents(mask: ArrayLike<number>, lattice: Lattice, connectivity: Connectivity): Components {
  const [slices, rows, columns] = lattice
  const labels = new Int32Array(slices * rows * columns)
  const neighbours = neighboursIn(lattice, connectivity)
  const sizes: number[] = []
  const open: number[] = []
  const visit = (index: number): void => {
    if (mask[index] === 0 || labels[index] !== 0) return
    labels[index] = sizes.length
    sizes[sizes.length - 1]++
    open.push(index)
  }
  for (let start = 0; start < labels.length; start++) {
    if (mask[start] === 0 || labels[start] !== 0) continue
    sizes.push(0)
    visit(start)
    for (let index = open.pop(); index !== undefined; index = open.pop()) neighbours(index, visit)
  }
  return { labels, sizes }
}

/** The largest part of a mask (face to face); empty where the mask is. */
export function largestComponent(mask: ArrayLike<number>, lattice: Lattice): Uint8Array {
  const { labels, sizes } = connectedComponents(mask, lattice, 1)
  const largest = sizes.indexOf(Math.max(...sizes)) + 1
  return Uint8Array.from(labels, (label) => Number(largest > 0 && label === largest))
}

/** Holes filled plane by plane: what is zero and cannot reach the edge of its plane across faces. */
export function fillHoles(mask: Uint8Array, [slices, rows, columns]: Lattice): Uint8Array {
  const filled = new Uint8Array(mask.length)
  for (let slice = 0; slice < slices; slice++) {
    const from = slice * rows * columns
    const background = mask.subarray(from, from + rows * columns).map((value) => Number(value === 0))
    const { labels } = connectedComponents(background, [1, rows, columns], 1)
    const open = new Set<number>()
    for (let column = 0; column < columns; column++) open.add(labels[column]).add(labels[(rows - 1) * columns + column])
    for (let row = 0; row < rows; row++) open.add(labels[row * columns]).add(labels[(row + 1) * columns - 1])
    for (let index = 0; index < labels.length; index++)
      filled[from + index] = Number(labels[index] === 0 || !open.has(labels[index]))
  }
  return filled
}

/** The mask widened by a box of `margin` pixels in its planes; slices stay apart. */
export function widened(mask: Uint8Array, [slices, rows, columns]: Lattice, margin: number): Uint8Array {
  if (margin === 0) return mask
  const across = new Uint8Array(mask.length)
  const out = new Uint8Array(mask.length)
  for (let line = 0; line < slices * rows; line++) {
    for (let column = 0; column < columns; column++) {
      if (mask[line * columns + column] === 0) continue
      const start = line * columns
      across.fill(1, start + Math.max(0, column - margin), start + Math.min(columns, column + margin + 1))
    }
  }
  for (let slice = 0; slice < slices; slice++) {
    for (let row = 0; row < rows; row++) {
      const from = (slice * rows + row) * columns
      const [first, last] = [Math.max(0, row - margin), Math.min(rows - 1, row + margin)]
      for (let column = 0; column < columns; column++) {
        if (across[from + column] === 0) continue
        for (let other = first; other <= last; other++) out[(slice * rows + other) * columns + column] = 1
      }
    }
  }
  return out
}
