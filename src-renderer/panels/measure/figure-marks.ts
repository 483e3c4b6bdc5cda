import type { Measurement } from '@shared/measuring'
import type { DisplayImage } from '@shared/vocabulary'
import type { FigureMark } from '../../viewport/figure-marks'
import type { Point } from '../../viewport/placement'
import { turnedVector, type Turn } from '../../viewport/turn'
import { measuring } from '../../state/measuring.svelte'

/** Corners an ellipse is drawn with: on a picture of 1,000 pixels none is off by more than a tenth of a pixel. */
const CORNERS = 180

/** The line of a measurement in image coordinates. */
function lineOf({ kind, points }: Measurement): readonly Point[] {
  const [[left, top], [right, bottom]] = points
  if (kind === 'rectangle')
    return [
      { x: left, y: top },
      { x: right, y: top },
      { x: right, y: bottom },
      { x: left, y: bottom }
    ]
  if (kind !== 'ellipse') return points.map(([x, y]) => ({ x, y }))

  return Array.from({ length: CORNERS }, (_, at) => {
    const angle = (2 * Math.PI * at) / CORNERS

    return {
      x: (left + right) / 2 + ((right - left) / 2) * Math.cos(angle),
      y: (top + bottom) / 2 + ((bottom - top) / 2) * Math.sin(angle)
    }
  })
}

/** How a stored slice lies on the paper: shares of its width and height as stored to those of the picture. */
export type Laid = (share: Point) => Point

/** Turned and mirrored as the picture is on the screen. */
export const turnedLay =
  (turn: Turn): Laid =>
  ({ x, y }) => {
    const vector = turnedVector(turn, { x: x - 0.5, y: y - 0.5 })

    return { x: vector.x + 0.5, y: vector.y + 0.5 }
  }

/** What was measured on a slice, as it lies on the picture of a figure; none where it is to be left out. */
export function marksOn({ size }: DisplayImage, slice: number, laid: Laid): FigureMark[] {
  if (!measuring.inFigures) return []

  return measuring.own
    .filter((one) => one.slice === slice)
    .map((one) => ({
      line: lineOf(one).map(({ x, y }) => laid({ x: x / size[0], y: y / size[1] })),
      closed: one.kind !== 'length' && one.kind !== 'angle',
      ends: one.kind === 'length' || one.kind === 'angle',
      words: measuring.labels(one)
    }))
}
