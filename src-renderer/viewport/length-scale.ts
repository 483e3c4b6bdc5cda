/** Round lengths for the scale bar, and sentences for images without a scale. */

export interface ScaleBar {
  readonly millimetres: number
  /** CSS pixels. */
  readonly width: number
  readonly label: string
}

/** The largest of 1, 2, 5 · 10ⁿ that is not above the limit. */
export function roundBelow(limit: number): number {
  const power = 10 ** Math.floor(Math.log10(limit))
  const step = [5, 2, 1].find((factor) => factor * power <= limit * (1 + 1e-9)) ?? 1

  return step * power
}

/** A bar of a round length, at most a fifth of the cell's width; null where the image has no spacing. */
export function scaleBar(cellWidth: number, cssPixelsPerMillimetre: number | null): ScaleBar | null {
  if (cssPixelsPerMillimetre === null || !(cssPixelsPerMillimetre > 0) || !(cellWidth > 0)) return null

  const millimetres = roundBelow(cellWidth / 5 / cssPixelsPerMillimetre)
  const label = millimetres >= 10 ? `${millimetres / 10} cm` : `${Number(millimetres.toPrecision(3))} mm`

  return { millimetres, width: millimetres * cssPixelsPerMillimetre, label }
}
