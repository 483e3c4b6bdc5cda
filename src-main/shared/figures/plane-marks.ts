import type { MapCut } from '../group-evidence'
import { roundBelow } from '../round-length'
import type { Raster } from './raster'
import { pixel, type Shape } from './scene'

type Plane = Pick<MapCut, 'width' | 'height' | 'letters' | 'pixelMm'>

/** Width and height of a plane within a square of a side, as it lies in the patient: pixels need not be square. */
export function planeSize({ width, height, pixelMm }: Plane, side: number): { width: number; height: number } {
  const [across, down] = pixelMm ?? [1, 1]
  const size = side / Math.max(width * across, height * down)

  return { width: pixel(width * across * size), height: pixel(height * down * size) }
}

/** Letters of the patient's directions at the edges of a drawn plane, or that they are not known. */
export function directionMarks({ letters }: Plane, { x, y, width, height }: Raster): Shape[] {
  if (letters === undefined) return []
  const text = (words: string, at: [number, number], anchor: 'start' | 'middle' | 'end'): Shape[] =>
    words === '' ? [] : [{ kind: 'text', x: at[0], y: at[1], words, tone: 'bright', anchor, bold: true }]
  if (Object.values(letters).every((letter) => letter === ''))
    return text('orientation unknown', [x + width / 2, y + 14], 'middle')

  return [
    ...text(letters.left, [x + 4, y + height / 2 + 4], 'start'),
    ...text(letters.right, [x + width - 4, y + height / 2 + 4], 'end'),
    ...text(letters.top, [x + width / 2, y + 14], 'middle'),
    ...text(letters.bottom, [x + width / 2, y + height - 5], 'middle')
  ]
}

/** A scale bar below a drawn plane: the longest round length up to a third of its width. */
export function scaleBar({ width, pixelMm }: Plane, raster: Raster): Shape[] {
  const y = raster.y + raster.height + 10
  if (pixelMm === undefined) return []
  if (pixelMm === null)
    return [{ kind: 'text', x: raster.x, y: y + 4, words: 'no scale in the file', tone: 'quiet', anchor: 'start' }]
  const whole = width * pixelMm[0]
  if (!(whole > 0)) return []
  const mm = roundBelow(whole / 3)
  const end = pixel(raster.x + (mm / whole) * raster.width)
  const words = mm < 10 ? `${mm} mm` : `${mm / 10} cm`

  return [
    { kind: 'line', x1: raster.x, y1: y, x2: end, y2: y, tone: 'ink', width: 2 },
    { kind: 'text', x: end + 6, y: y + 4, words, tone: 'quiet', anchor: 'start' }
  ]
}
