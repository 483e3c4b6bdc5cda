import type { MaskGrid } from '@engine/readers/reader-mask'

/** A box of voxels in an image. */
export interface Crop {
  readonly from: readonly [number, number, number]
  readonly size: readonly [number, number, number]
}

/**
 * The smallest box around everything any mask marks, `margin` voxels wider, cut at the rim of the image; null when nothing is
 * marked. Distances and overlaps inside it are those of the whole image: surfaces lie in the box, and the rim stays a rim.
 */
export function boxOfMarks(masks: readonly Uint8Array[], size: MaskGrid['size'], margin: number): Crop | null {
  const [columns, rows, slices] = size
  const low = [columns, rows, slices]
  const high = [-1, -1, -1]
  for (let slice = 0, at = 0; slice < slices; slice++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, at++) {
        if (masks.every((mask) => mask[at] === 0)) continue
        if (column < low[0]) low[0] = column
        if (column > high[0]) high[0] = column
        if (row < low[1]) low[1] = row
        if (row > high[1]) high[1] = row
        if (slice < low[2]) low[2] = slice
        if (slice > high[2]) high[2] = slice
      }
    }
  }
  if (high[0] < 0) return null
  const from = low.map((place) => Math.max(0, place - margin))
  const lengths = high.map((place, axis) => Math.min(size[axis] - 1, place + margin) - from[axis] + 1)
  return { from: [from[0], from[1], from[2]], size: [lengths[0], lengths[1], lengths[2]] }
}

/** The voxels of a box. */
export function cropped(mask: Uint8Array, size: MaskGrid['size'], { from, size: box }: Crop): Uint8Array {
  const inside = new Uint8Array(box[0] * box[1] * box[2])
  eachRow(size, { from, size: box }, (there, here) => inside.set(mask.subarray(there, there + box[0]), here))
  return inside
}

/** The whole image with the values of a box in their place, 0 elsewhere. */
export function pasted<T extends Uint8Array | Float32Array>(inside: T, size: MaskGrid['size'], crop: Crop): T {
  const count = size[0] * size[1] * size[2]
  const whole = (inside instanceof Float32Array ? new Float32Array(count) : new Uint8Array(count)) as T
  eachRow(size, crop, (there, here) => whole.set(inside.subarray(here, here + crop.size[0]), there))
  return whole
}

function eachRow(size: MaskGrid['size'], { from, size: box }: Crop, row: (there: number, here: number) => void): void {
  for (let k = 0; k < box[2]; k++) {
    for (let j = 0; j < box[1]; j++) {
      const there = ((from[2] + k) * size[1] + from[1] + j) * size[0] + from[0]
      row(there, (k * box[1] + j) * box[0])
    }
  }
}
