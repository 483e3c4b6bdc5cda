/** Level and width: which voxel values are shown from black to white (DICOM PS3.3 C.11.2.1.3.2, LINEAR_EXACT). */

export interface GreyWindow {
  readonly center: number
  readonly width: number
}

export interface ValueRange {
  readonly min: number
  readonly max: number
}

export const lowerOf = (window: GreyWindow): number => window.center - window.width / 2
export const upperOf = (window: GreyWindow): number => window.center + window.width / 2

export const windowOf = (lower: number, upper: number): GreyWindow => ({
  center: (lower + upper) / 2,
  width: upper - lower
})

/** What of a window is typed. */
export type WindowPart = 'lower' | 'upper' | 'level' | 'width'

/**
 * A window after one of its numbers was typed. An end that is typed beyond the other one pushes it along; null for what
 * is no window: a width of 0 or less, or no number.
 */
export function typedWindow({ center, width }: GreyWindow, part: WindowPart, value: number): GreyWindow | null {
  if (!Number.isFinite(value)) return null
  const [lower, upper] = [center - width / 2, center + width / 2]
  switch (part) {
    case 'lower':
      return windowOf(value, value < upper ? upper : value + width)
    case 'upper':
      return windowOf(value > lower ? lower : value - width, value)
    case 'level':
      return { center: value, width }
    case 'width':
      return value > 0 ? { center, width: value } : null
  }
}

/** Grey of 0…255 on the screen for a voxel value. */
export function greyOf(value: number, window: GreyWindow, inverted: boolean): number {
  const share = Math.min(1, Math.max(0, (value - lowerOf(window)) / window.width))

  return Math.round(255 * (inverted ? 1 - share : share))
}

/** Keeps a window where it shows something: width at least 1/1000 and at most twice the range, level inside it. */
export function bounded(window: GreyWindow, range: ValueRange): GreyWindow {
  const span = Math.max(range.max - range.min, Number.EPSILON)

  return {
    center: Math.min(range.max, Math.max(range.min, window.center)),
    width: Math.min(2 * span, Math.max(span / 1000, window.width))
  }
}

/** Two pixels of the pointer are one step of 1/512 of the range: right is wider, up is brighter. */
export function dragged(window: GreyWindow, range: ValueRange, by: { x: number; y: number }): GreyWindow {
  const step = (range.max - range.min) / 1024

  return bounded({ center: window.center + by.y * step, width: window.width + by.x * step }, range)
}

/** A window value for the screen: whole numbers for wide ranges, three significant digits for narrow ones. */
export function windowText(value: number, range: ValueRange): string {
  return range.max - range.min >= 20 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}
