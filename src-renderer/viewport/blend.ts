/**
 * How a map is laid over the grey image, per channel and without gamma (screens, section 5):
 * `out = (1 − α) · grey + α · colour`, rounded half up. Pure numbers: the canvas, the colour bar and the pixel tests use
 * the same functions.
 */

/** graded: α grows over a quarter of the scale above the threshold; even: one α at and above it; by-value: α follows the value. */
export type BlendRule = 'graded' | 'even' | 'by-value'

export interface OverlayStyle {
  readonly rule: BlendRule
  /** 0…1: how much of the grey image the strongest value hides. */
  readonly opacity: number
  /** In the unit of the map; values whose size is below it are hidden. */
  readonly threshold: number
  /** Ends of the colour scale in the unit of the map; a signed map has `low = −high`. */
  readonly low: number
  readonly high: number
  readonly signed: boolean
}

/** 256 colours, red green blue after one another: 768 bytes. */
export type ColourTable = Uint8Array

export const TABLE_SIZE = 256

/** The part of the scale over which a graded overlay fades in. */
const FADE = 0.25

const clamp01 = (x: number): number => (x < 0 ? 0 : x > 1 ? 1 : x)

/** Place of a value on the scale: 0 at `low`, 1 at `high`, clamped. */
export function scaled(value: number, style: OverlayStyle): number {
  return clamp01((value - style.low) / (style.high - style.low))
}

/** Row of the colour table for a value. */
export function colourIndex(value: number, style: OverlayStyle): number {
  return Math.floor(scaled(value, style) * (TABLE_SIZE - 1) + 0.5)
}

/** α in 0…1 for a value. A flat scale and values that are no number draw nothing. */
export function alphaOf(value: number, style: OverlayStyle): number {
  const { low, high, opacity, threshold } = style
  const size = Math.abs(value)
  if (!(high > low) || !Number.isFinite(value)) return 0

  switch (style.rule) {
    case 'graded':
      return opacity * clamp01((size - threshold) / (FADE * (high - low)))
    case 'even':
      return size >= threshold ? opacity : 0
    case 'by-value':
      return size >= threshold ? opacity * (style.signed ? clamp01(size / high) : scaled(value, style)) : 0
  }
}

/** One channel of the result, 0…255. */
export function blendChannel(grey: number, colour: number, alpha: number): number {
  return Math.floor((1 - alpha) * grey + alpha * colour + 0.5)
}

/** The blended colour of one pixel for a value over a grey of 0…255. */
export function blendPixel(
  grey: number,
  value: number,
  style: OverlayStyle,
  table: ColourTable
): [number, number, number] {
  const alpha = alphaOf(value, style)
  const row = 3 * colourIndex(value, style)

  return [0, 1, 2].map((channel) => blendChannel(grey, table[row + channel], alpha)) as [number, number, number]
}

/** A rectangle of one slice of a map, in pixels of the map. */
export interface MapRegion {
  readonly values: Float32Array
  readonly columns: number
  /** Index of the first value of the slice. */
  readonly start: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Colours a rectangle as red, green, blue, α (not multiplied), 4 bytes a pixel, row by row. The canvas above the image
 * does the last step of the blending, with the same α in 8 bits.
 */
export function paintRegion(
  region: MapRegion,
  style: OverlayStyle,
  table: ColourTable
): Uint8ClampedArray<ArrayBuffer> {
  const { values, columns, start, x, y, width, height } = region
  const out = new Uint8ClampedArray(4 * width * height)
  let pixel = 0

  for (let row = 0; row < height; row++) {
    let index = start + (y + row) * columns + x
    for (let column = 0; column < width; column++, index++, pixel += 4) {
      const value = values[index]
      const alpha = alphaOf(value, style)
      if (alpha === 0) continue

      const colour = 3 * colourIndex(value, style)
      out[pixel] = table[colour]
      out[pixel + 1] = table[colour + 1]
      out[pixel + 2] = table[colour + 2]
      out[pixel + 3] = Math.floor(alpha * 255 + 0.5)
    }
  }

  return out
}
