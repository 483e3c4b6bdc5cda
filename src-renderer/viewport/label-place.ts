import { polygonArea } from '@shared/polygon-area'
import type { Line } from './outline'
import type { CellSize, Point } from './placement'
import { turnedVector, unturnedSize, type Turn } from './turn'

/** Where the label of an outline stands: at a point of the image's own cell, hanging below it or standing above it. */
export interface LabelPlace extends Point {
  readonly above: boolean
}

interface Seen {
  /** From the image to the image's own cell, in CSS pixels. */
  toCell(point: Point): Point
  readonly cell: CellSize
  readonly turn: Turn
  /** Height of the leader and the words, in CSS pixels. */
  readonly height: number
}

/**
 * The label of an outline belongs to its largest part: below the lowest point of it on the screen, or above the highest where
 * there is no room below. null: nothing is drawn, or neither has room (the part reaches over the whole cell, or lies outside).
 */
export function labelPlace(lines: readonly Line[], { toCell, cell, turn, height }: Seen): LabelPlace | null {
  if (lines.length === 0) return null
  const largest = lines.reduce((most, line) => (polygonArea(line) > polygonArea(most) ? line : most))
  const bottom = unturnedSize(turn, cell).height
  const placed = largest.map(([x, y]) => {
    const at = toCell({ x, y })
    // Height on the screen, from its upper edge: the cell turns about its middle.
    const down = turnedVector(turn, { x: at.x - cell.width / 2, y: at.y - cell.height / 2 }).y + bottom / 2

    return { ...at, down }
  })
  const lowest = placed.reduce((low, point) => (point.down > low.down ? point : low))
  const highest = placed.reduce((high, point) => (point.down < high.down ? point : high))
  if (lowest.down >= 0 && lowest.down + height <= bottom) return { x: lowest.x, y: lowest.y, above: false }
  if (highest.down - height >= 0 && highest.down <= bottom) return { x: highest.x, y: highest.y, above: true }

  return null
}
