import { lowerOf, type GreyWindow } from './grey-window'

/**
 * Values as grey on black, 4 bytes a pixel; places outside the volume (NaN) are transparent. Three samples are colour as
 * it is. LINEAR_EXACT of DICOM PS3.3 C.11.2.1.3.2, as the stage draws the acquired slices.
 */
export function greyTile(
  values: Float32Array,
  samples: 1 | 3,
  { window, inverted }: { window: GreyWindow; inverted: boolean }
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = values.length / samples
  const bytes = new Uint8ClampedArray(4 * pixels)
  const words = new Uint32Array(bytes.buffer)
  const [low, perUnit] = [lowerOf(window), 255 / window.width]

  for (let pixel = 0; pixel < pixels; pixel++) {
    const value = values[samples * pixel]
    if (Number.isNaN(value)) continue
    if (samples === 3) {
      words[pixel] = packed(value, values[3 * pixel + 1], values[3 * pixel + 2])
      continue
    }
    const share = (value - low) * perUnit
    const level = share <= 0 ? 0 : share >= 255 ? 255 : (share + 0.5) | 0
    const grey = inverted ? 255 - level : level
    words[pixel] = packed(grey, grey, grey)
  }

  return bytes
}

/** Red in the lowest byte, as canvases have it on every processor Chromium runs on. */
const packed = (red: number, green: number, blue: number): number =>
  (red | (green << 8) | (blue << 16) | 0xff000000) >>> 0
