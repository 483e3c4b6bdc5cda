import { roundBelow } from '@shared/round-length'

export interface ScaleBar {
  readonly millimetres: number
  /** CSS pixels. */
  readonly width: number
  readonly label: string
}

/** A bar of a round length, at most a fifth of the cell's width; null where the image has no spacing. */
export function scaleBar(cellWidth: number, cssPixelsPerMillimetre: number | null): ScaleBar | null {
  if (cssPixelsPerMillimetre === null || !(cssPixelsPerMillimetre > 0) || !(cellWidth > 0)) return null

  const millimetres = roundBelow(cellWidth / 5 / cssPixelsPerMillimetre)
  const label = millimetres >= 10 ? `${millimetres / 10} cm` : `${Number(millimetres.toPrecision(3))} mm`

  return { millimetres, width: millimetres * cssPixelsPerMillimetre, label }
}
