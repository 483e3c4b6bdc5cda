import { connectedComponents, widened } from '@engine/geometry/connected-components'
import type { Lattice } from '@engine/geometry/lattice-neighbours'

/** Burned-in letters have one value at the end of the image's range, are small, thin, and stand in its outer part. */
const marks = {
  /** Share of the range below the largest value that still counts as the value of text. */
  top: 0.02,
  /** Pixels of one sign at least. */
  pixels: 5,
  /** Side of a sign over the shorter side of the image at most. */
  side: 0.15,
  /** Step of the values around a sign, over the range, at least: letters have no soft edge. */
  step: 0.25,
  /** Outer share of every side in which signs are looked for. */
  outer: 0.25
}

/**
 * Signs that look like burned-in text or side markers, in every plane: parts of the brightest values (within 2 % of the range), at
 * least 5 pixels and at most 15 % of the shorter side, with a hard edge (the ring around them lies at least a quarter of the range
 * below), wholly in the outer quarter of the plane. A heuristic: it finds candidates for a person to look at and never decides alone.
 */
export function textMarks(values: ArrayLike<number>, lattice: Lattice): Uint8Array {
  const [slices, rows, columns] = lattice
  const found = new Uint8Array(slices * rows * columns)
  const [low, high] = extent(values)
  if (!(high > low)) return found
  for (let slice = 0; slice < slices; slice++) {
    const from = slice * rows * columns
    const plane = Float32Array.from(
      { length: rows * columns },
      (_, index) => (values[from + index] - low) / (high - low)
    )
    markPlane(plane, [1, rows, columns], found.subarray(from, from + plane.length))
  }
  return found
}

function markPlane(plane: Float32Array, lattice: Lattice, found: Uint8Array): void {
  const bright = Uint8Array.from(plane, (value) => Number(value >= 1 - marks.top))
  const { labels, sizes } = connectedComponents(bright, lattice, 3)
  const boxes = boxesOf(labels, sizes.length, lattice[2])
  for (const [index, box] of boxes.entries()) {
    const label = index + 1
    if (sizes[index] < marks.pixels || !isSign(box, lattice)) continue
    const part = Uint8Array.from(labels, (value) => Number(value === label))
    if (hasHardEdge(plane, part, lattice))
      for (let pixel = 0; pixel < part.length; pixel++) if (part[pixel] !== 0) found[pixel] = 1
  }
}

/** `[left, top, right, bottom]`, all inclusive. */
type Extent = [number, number, number, number]

function boxesOf(labels: Int32Array, count: number, columns: number): Extent[] {
  const boxes = Array.from({ length: count }, (): Extent => [Infinity, Infinity, -Infinity, -Infinity])
  for (let pixel = 0; pixel < labels.length; pixel++) {
    if (labels[pixel] === 0) continue
    const box = boxes[labels[pixel] - 1]
    const [column, row] = [pixel % columns, Math.floor(pixel / columns)]
    box[0] = Math.min(box[0], column)
    box[1] = Math.min(box[1], row)
    box[2] = Math.max(box[2], column)
    box[3] = Math.max(box[3], row)
  }
  return boxes
}

function isSign([left, top, right, bottom]: Extent, [, rows, columns]: Lattice): boolean {
  const largest = marks.side * Math.min(rows, columns)
  if (right - left + 1 > largest || bottom - top + 1 > largest) return false
  const beside = right < marks.outer * columns || left >= (1 - marks.outer) * columns
  return beside || bottom < marks.outer * rows || top >= (1 - marks.outer) * rows
}

/** The pixels one step around a sign, against its own value. */
function hasHardEdge(plane: Float32Array, part: Uint8Array, lattice: Lattice): boolean {
  const around = widened(part, lattice, 2)
  let [sum, count] = [0, 0]
  for (let pixel = 0; pixel < plane.length; pixel++) {
    if (around[pixel] === 0 || part[pixel] !== 0) continue
    sum += plane[pixel]
    count++
  }
  return count > 0 && 1 - sum / count >= marks.step
}

function extent(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (let index = 0; index < values.length; index++) {
    low = Math.min(low, values[index])
    high = Math.max(high, values[index])
  }
  return [low, high]
}
