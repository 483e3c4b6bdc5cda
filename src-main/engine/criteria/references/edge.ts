import { scaleForScoring } from '@engine/criteria/references/scale-for-scoring'
import type { Tensor } from '@engine/tensor/tensor'

export interface EdgeMap {
  readonly values: Float32Array
  /** `[H, W]` or `[D, H, W]`. */
  readonly shape: readonly number[]
}

/**
 * Sobel magnitude of a model's input, summed over channels: what a map looks like that shows the image and nothing of the
 * model. Input `[1, C, H, W]`, `[slices, C, H, W]` (slice by slice), or `[1, C, D, H, W]` (in space: a derivative along each axis, smoothed
 * across the other two). Source: Sobel I, Feldman G. 1968; as null reference: Adebayo et al., NeurIPS 2018.
 */
export function edgeMap(input: Tensor): EdgeMap {
  const [batch, channels, ...spatial] = input.shape
  if (spatial.length === 3) return volumeEdges(input, channels, spatial)
  const [rows, columns] = spatial
  const plane = rows * columns
  const magnitude = new Float32Array(batch * plane)
  for (let slice = 0; slice < batch; slice++) {
    for (let channel = 0; channel < channels; channel++) {
      const start = (slice * channels + channel) * plane
      addSobel(
        input.data.subarray(start, start + plane),
        columns,
        magnitude.subarray(slice * plane, (slice + 1) * plane)
      )
    }
  }
  return { values: scaleForScoring(magnitude), shape: batch === 1 ? [rows, columns] : [batch, rows, columns] }
}

function volumeEdges(input: Tensor, channels: number, shape: readonly number[]): EdgeMap {
  const voxels = shape.reduce((product, size) => product * size, 1)
  const magnitude = new Float32Array(voxels)
  for (let channel = 0; channel < channels; channel++) {
    const values = input.data.subarray(channel * voxels, (channel + 1) * voxels)
    const squares = new Float64Array(voxels)
    for (let derivative = 0; derivative < 3; derivative++) {
      let filtered = values
      for (let axis = 0; axis < 3; axis++) {
        filtered = threeTap(filtered, shape, axis, axis === derivative ? [-1, 0, 1] : [1, 2, 1])
      }
      filtered.forEach((value, voxel) => (squares[voxel] += value * value))
    }
    squares.forEach((value, voxel) => (magnitude[voxel] += Math.sqrt(value)))
  }
  return { values: scaleForScoring(magnitude), shape }
}

/** A filter of three taps along one axis; the border repeats its edge voxels. */
function threeTap(
  values: Float32Array,
  shape: readonly number[],
  axis: number,
  [before, here, after]: readonly [number, number, number]
): Float32Array {
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1)
  const last = shape[axis] - 1
  const out = new Float32Array(values.length)
  for (let voxel = 0; voxel < values.length; voxel++) {
    const position = Math.floor(voxel / inner) % shape[axis]
    const low = position > 0 ? voxel - inner : voxel
    const high = position < last ? voxel + inner : voxel
    out[voxel] = before * values[low] + here * values[voxel] + after * values[high]
  }
  return out
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
