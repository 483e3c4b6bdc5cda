import { keptOf, nothing, type Patch } from './patch'

/** Grey values a tool may paint, both ends included. */
export interface ValueBand {
  readonly low: number
  readonly high: number
}

/** Grey values of a slice: columns, and the value of a pixel by its number. */
export interface GreyPlane {
  readonly columns: number
  readonly rows: number
  value(index: number): number
}

/** The pixels of a patch whose grey value lies in the band. */
export function inBand(patch: Patch, plane: GreyPlane, band: ValueBand): Patch {
  return keptOf(patch, (column, row) => {
    const value = plane.value(row * plane.columns + column)
    return value >= band.low && value <= band.high
  })
}

/** Half the width of the neighbourhood that the band of the adaptive brush is taken from, in pixels. */
const NEAR = 2
/** The band reaches this many standard deviations to both sides of the mean. */
const DEVIATIONS = 2.5

/**
 * The values that count as the same tissue as a pixel: mean ± 2.5 standard deviations (population) of the 5 × 5 pixels around it
 * that lie on the slice, and at least `least` to both sides.
 */
export function bandAround(plane: GreyPlane, column: number, row: number, least: number): ValueBand {
  const values: number[] = []
  for (let y = Math.max(0, row - NEAR); y <= Math.min(plane.rows - 1, row + NEAR); y++) {
    for (let x = Math.max(0, column - NEAR); x <= Math.min(plane.columns - 1, column + NEAR); x++) {
      values.push(plane.value(y * plane.columns + x))
    }
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  const half = Math.max(least, DEVIATIONS * Math.sqrt(variance))
  return { low: mean - half, high: mean + half }
}

/** The pixels of a patch that hang together with one of the pixels given, over edges; nothing when none of those is marked. */
export function connectedTo(patch: Patch, from: readonly (readonly [column: number, row: number])[]): Patch {
  const { x, y, width, height } = patch
  const bits = new Uint8Array(width * height)
  const open: number[] = []
  const visit = (column: number, row: number): void => {
    if (column < 0 || row < 0 || column >= width || row >= height) return
    const index = row * width + column
    if (patch.bits[index] === 0 || bits[index] === 1) return
    bits[index] = 1
    open.push(index)
  }
  for (const [column, row] of from) visit(column - x, row - y)
  if (open.length === 0) return nothing
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const [column, row] = [index % width, Math.floor(index / width)]
    visit(column - 1, row)
    visit(column + 1, row)
    visit(column, row - 1)
    visit(column, row + 1)
  }
  return { ...patch, bits }
}
