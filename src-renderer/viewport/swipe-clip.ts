import type { CellSize } from './placement'
import { unturnedPoint, unturnedSize, type Turn } from './turn'

/** Where the line of a swipe stands on the screen, in whole CSS pixels; `cell` as the image sees it. */
export const swipeAt = (turn: Turn, cell: CellSize, share: number): number =>
  Math.round(share * unturnedSize(turn, cell).width)

/** CSS of what lies on one side of the line, for a layer that turns with the picture: the line stays upright on the screen. */
export function swipeClip(turn: Turn, cell: CellSize, share: number, side: 'left' | 'right'): string {
  const { width, height } = unturnedSize(turn, cell)
  const at = swipeAt(turn, cell, share)
  const [from, to] = side === 'left' ? [0, at] : [at, width]
  const corners = [
    { x: from, y: 0 },
    { x: to, y: 0 },
    { x: to, y: height },
    { x: from, y: height }
  ].map((corner) => unturnedPoint(turn, cell, corner))

  return `polygon(${corners.map(({ x, y }) => `${x}px ${y}px`).join(', ')})`
}
