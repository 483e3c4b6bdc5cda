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
  /** Values whose size is above it are hidden too; absent: none. */
  readonly upper?: number
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
  const { low, high, opacity, threshold, upper = Infinity } = style
  const size = Math.abs(value)
  if (!(high > low) || !Number.isFinite(value) || size > upper) return 0

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
  /** Pixels of the result. */
  readonly width: number
  readonly height: number
  /** Every `step`-th value is taken, for images larger than the screen. */
  readonly step: number
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
  const { values, columns, start, x, y, width, height, step } = region
  const bytes = new Uint8ClampedArray(4 * width * height)
  if (!(style.high > style.low)) return bytes

  const words = new Uint32Array(bytes.buffer)
  const colours = colourWords(table)
  const alpha = bandLevel(style)
  const perColour = (TABLE_SIZE - 1) / (style.high - style.low)
  const last = TABLE_SIZE - 1
  let pixel = 0

  for (let row = 0; row < height; row++) {
    let index = start + (y + row * step) * columns + x
    for (let column = 0; column < width; column++, index += step, pixel++) {
      const value = values[index]
      const level = alpha(value)
      if (!(level > 0)) continue

      const place = (value - style.low) * perColour + 0.5
      words[pixel] = colours[place <= 0 ? 0 : place >= last ? last : place | 0] | (level << 24)
    }
  }

  return bytes
}

/** α of the band between both limits. */
function bandLevel(style: OverlayStyle): (value: number) => number {
  const level = alphaLevel(style)
  const { upper } = style
  if (upper === undefined || upper === Infinity) return level

  return (value) => (Math.abs(value) > upper ? 0 : level(value))
}

/** α in 0…255, rounded half up, with what does not change from pixel to pixel worked out before; NaN stays hidden. */
function alphaLevel(style: OverlayStyle): (value: number) => number {
  const { low, high, threshold, rule } = style
  const full = 255 * style.opacity
  if (rule === 'even') {
    const level = Math.floor(full + 0.5)

    return (value) => (Math.abs(value) >= threshold ? level : 0)
  }
  if (rule === 'by-value') return (value) => Math.floor(255 * alphaOf(value, style) + 0.5)

  const perUnit = full / (FADE * (high - low))

  return (value) => {
    const level = (Math.abs(value) - threshold) * perUnit

    return level >= full ? (full + 0.5) | 0 : (level + 0.5) | 0
  }
}

/** Red in the lowest byte, as canvases have it on every processor Chromium runs on. */
function colourWords(table: ColourTable): Uint32Array {
  return Uint32Array.from(
    { length: TABLE_SIZE },
    (_, row) => table[3 * row] | (table[3 * row + 1] << 8) | (table[3 * row + 2] << 16)
  )
}
