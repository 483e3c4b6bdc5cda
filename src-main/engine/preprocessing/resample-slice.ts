import { type AxisTap, axisTaps } from './axis-taps'
import type { GridMap } from './grid-map'

/**
 * One channel of a slice on the model's grid, row major `[height, width]`.
 *
 * Linear interpolation with half-pixel centres; when the image is larger than the input, the triangle widens with the
 * scale so that nothing is skipped (what torchvision calls antialias, and Pillow's BILINEAR). Outside the image: `padding`.
 */
export function toModelGrid(
  slice: Float32Array,
  map: GridMap,
  padding: number,
  interpolation: 'linear' | 'nearest'
): Float32Array {
  const across = axisTaps({ from: map.columns, to: map.width, scale: map.scaleX, offset: map.offsetX }, interpolation)
  const down = axisTaps({ from: map.rows, to: map.height, scale: map.scaleY, offset: map.offsetY }, interpolation)
  return applyTaps({ values: slice, columns: map.columns, rows: map.rows }, across, down, padding)
}

/**
 * A map from the model's grid on the grid of the image slice, row major `[rows, columns]`, with half-pixel
 * centres; 0 where the model saw nothing.
 */
export function toImageGrid(
  values: Float32Array,
  map: GridMap,
  interpolation: 'linear' | 'nearest' = 'linear'
): Float32Array {
  const across = axisTaps(
    { from: map.width, to: map.columns, scale: 1 / map.scaleX, offset: -map.offsetX / map.scaleX },
    interpolation
  )
  const down = axisTaps(
    { from: map.height, to: map.rows, scale: 1 / map.scaleY, offset: -map.offsetY / map.scaleY },
    interpolation
  )
  return applyTaps({ values, columns: map.width, rows: map.height }, across, down, 0)
}

/** A mask of the image slice on the model's grid, nearest neighbour; `lost` counts mask pixels outside the model's field. */
export function maskToModelGrid(mask: Uint8Array, map: GridMap): { mask: Uint8Array; lost: number } {
  const out = new Uint8Array(map.width * map.height)
  for (let y = 0; y < map.height; y++) {
    const v = Math.floor((y + 0.5) * map.scaleY + map.offsetY)
    if (v < 0 || v >= map.rows) continue
    for (let x = 0; x < map.width; x++) {
      const u = Math.floor((x + 0.5) * map.scaleX + map.offsetX)
      if (u >= 0 && u < map.columns && mask[v * map.columns + u] !== 0) out[y * map.width + x] = 1
    }
  }
  return { mask: out, lost: countOutside(mask, map) }
}

/** A box `[x0, y0, x1, y1)` of the image on the model's grid as a mask: pixels whose centre lies in the box. */
export function boxToModelGrid(box: readonly [number, number, number, number], map: GridMap): Uint8Array {
  const out = new Uint8Array(map.width * map.height)
  for (let y = 0; y < map.height; y++) {
    const v = (y + 0.5) * map.scaleY + map.offsetY
    if (v < box[1] || v >= box[3]) continue
    for (let x = 0; x < map.width; x++) {
      const u = (x + 0.5) * map.scaleX + map.offsetX
      if (u >= box[0] && u < box[2]) out[y * map.width + x] = 1
    }
  }
  return out
}

function countOutside(mask: Uint8Array, map: GridMap): number {
  const left = map.offsetX
  const top = map.offsetY
  const right = left + map.scaleX * map.width
  const bottom = top + map.scaleY * map.height
  let lost = 0
  for (let v = 0; v < map.rows; v++) {
    for (let u = 0; u < map.columns; u++) {
      const outside = u + 0.5 < left || u + 0.5 > right || v + 0.5 < top || v + 0.5 > bottom
      if (outside && mask[v * map.columns + u] !== 0) lost++
    }
  }
  return lost
}

interface Plane {
  readonly values: Float32Array
  readonly columns: number
  readonly rows: number
}

function applyTaps(plane: Plane, across: readonly AxisTap[], down: readonly AxisTap[], padding: number): Float32Array {
  const { values, columns, rows } = plane
  const width = across.length
  const narrowed = new Float64Array(rows * width)
  for (let v = 0; v < rows; v++) {
    for (let x = 0; x < width; x++) {
      const tap = across[x]
      let sum = 0
      for (let t = 0; t < tap.weights.length; t++) sum += tap.weights[t] * values[v * columns + tap.start + t]
      narrowed[v * width + x] = sum
    }
  }

  const out = new Float32Array(down.length * width)
  for (let y = 0; y < down.length; y++) {
    const tap = down[y]
    for (let x = 0; x < width; x++) {
      if (!tap.inside || !across[x].inside) {
        out[y * width + x] = padding
        continue
      }
      let sum = 0
      for (let t = 0; t < tap.weights.length; t++) sum += tap.weights[t] * narrowed[(tap.start + t) * width + x]
      out[y * width + x] = sum
    }
  }
  return out
}
