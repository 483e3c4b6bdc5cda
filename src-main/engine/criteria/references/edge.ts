import { scaleForScoring } from '@engine/criteria/references/scale-for-scoring'
import type { Tensor } from '@engine/tensor/tensor'

export interface EdgeMap {
  readonly values: Float32Array
  /** `[H, W]` or `[D, H, W]`. */
  readonly shape: readonly number[]
}

/**
 * Sobel magnitude of a model's input, slice by slice, summed over channels: what a map looks like that shows the image and
 * nothing of the model. Input `[1, C, H, W]`, `[1, C, D, H, W]`, or `[slices, C, H, W]`.
 * Source: Sobel I, Feldman G. 1968; as null reference: Adebayo et al., NeurIPS 2018.
 */
export function edgeMap(input: Tensor): EdgeMap {
  const [batch, channels, ...spatial] = input.shape
  const [rows, columns] = spatial.slice(-2)
  const plane = rows * columns
  const depth = spatial.length === 3 ? spatial[0] : 1
  const magnitude = new Float32Array(batch * depth * plane)
  for (let slice = 0; slice < batch * depth; slice++) {
    const item = Math.floor(slice / depth)
    for (let channel = 0; channel < channels; channel++) {
      const start = ((item * channels + channel) * depth + (slice % depth)) * plane
      addSobel(
        input.data.subarray(start, start + plane),
        columns,
        magnitude.subarray(slice * plane, (slice + 1) * plane)
      )
    }
  }
  const shape = batch * depth === 1 ? [rows, columns] : [batch * depth, rows, columns]
  return { values: scaleForScoring(magnitude), shape }
}

/** Adds the Sobel magnitude of one plane; the border repeats its edge pixels. */
function addSobel(plane: Float32Array, columns: number, magnitude: Float32Array): void {
  const rows = plane.length / columns
  for (let row = 0; row < rows; row++) {
    const above = Math.max(row - 1, 0) * columns
    const here = row * columns
    const below = Math.min(row + 1, rows - 1) * columns
    for (let column = 0; column < columns; column++) {
      const left = Math.max(column - 1, 0)
      const right = Math.min(column + 1, columns - 1)
      const across =
        plane[above + right] +
        2 * plane[here + right] +
        plane[below + right] -
        (plane[above + left] + 2 * plane[here + left] + plane[below + left])
      const down =
        plane[below + left] +
        2 * plane[below + column] +
        plane[below + right] -
        (plane[above + left] + 2 * plane[above + column] + plane[above + right])
      magnitude[here + column] += Math.hypot(across, down)
    }
  }
}
