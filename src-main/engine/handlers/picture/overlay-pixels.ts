import type { Volume } from '@engine/geometry/volume'
import { takeSlice } from '@engine/preprocessing/slices'
import { automaticWindow } from '../display-image'
import { type ColourTable, colourAt } from './colour-map'

/** How a map is laid over its image: opacity 0…1; values under the threshold (0…1 of the scale) stay clear. */
export interface OverlayStyle {
  readonly opacity: number
  readonly threshold: number
  readonly colours: ColourTable
  /** Signed maps run −1…1, others 0…1. */
  readonly signed: boolean
}

/**
 * One slice with its map, RGBA, at image size. Blending on 8-bit values, per channel, rounded half up:
 * `out = (1 − α)·grey + α·colour`, α rising from the threshold over a quarter of the scale (graded overlay).
 */
export function overlayPixels(
  image: Volume,
  map: Float32Array | null,
  k: number,
  style: OverlayStyle
): Uint8ClampedArray {
  const [columns, rows] = image.size
  const grey = greySlice(image, k)
  const out = new Uint8ClampedArray(columns * rows * 4)
  const range = style.signed ? 2 : 1
  for (let pixel = 0; pixel < columns * rows; pixel++) {
    const value = map === null ? 0 : map[k * columns * rows + pixel]
    const strength = (Math.abs(value) - style.threshold) / (0.25 * range)
    const alpha = map === null ? 0 : style.opacity * Math.min(1, Math.max(0, strength))
    const colour = colourAt(style.colours, style.signed ? (value + 1) / 2 : value)
    for (let channel = 0; channel < 3; channel++) {
      out[pixel * 4 + channel] = Math.floor((1 - alpha) * grey[channel][pixel] + alpha * colour[channel] + 0.5)
    }
    out[pixel * 4 + 3] = 255
  }
  return out
}

/** The three display channels of a slice, 0…255, in the image's own window. */
function greySlice(image: Volume, k: number): readonly Uint8ClampedArray[] {
  const slice = takeSlice(image, 'k', k)
  const window = image.window ?? automaticWindow(image)
  const low = window.center - window.width / 2
  const inverted = image.photometric === 'MONOCHROME1'
  const shown = slice.channels.map((plane) =>
    Uint8ClampedArray.from(plane, (value) => {
      const level = Math.round((255 * (value - low)) / window.width)
      return inverted ? 255 - level : level
    })
  )
  return shown.length === 3 ? shown : [shown[0], shown[0], shown[0]]
}
