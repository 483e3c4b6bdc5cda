import type { PlanePoint } from './patch'
import type { GreyPlane } from './value-band'

/** How far a point may move to an edge, in the unit of the spacing. */
export interface SnapReach {
  readonly reach: number
  readonly spacing: { readonly x: number; readonly y: number }
}

/**
 * The centre of the pixel with the steepest grey value within reach of a point (central differences, in grey values per unit of
 * length); of equally steep ones the nearest, then the first in reading order. The point itself where the image is flat.
 */
export function snapped(plane: GreyPlane, point: PlanePoint, { reach, spacing }: SnapReach): PlanePoint {
  const [reachX, reachY] = [reach / spacing.x, reach / spacing.y]
  let best = { slope: 0, distance: Infinity, at: point }
  for (let row = Math.max(0, Math.floor(point.y - reachY)); row <= Math.min(plane.rows - 1, point.y + reachY); row++) {
    for (
      let column = Math.max(0, Math.floor(point.x - reachX));
      column <= Math.min(plane.columns - 1, point.x + reachX);
      column++
    ) {
      const at = { x: column + 0.5, y: row + 0.5 }
      const distance = Math.hypot((at.x - point.x) * spacing.x, (at.y - point.y) * spacing.y)
      if (distance > reach) continue
      const slope = slopeAt(plane, column, row, spacing)
      if (slope > best.slope || (slope === best.slope && slope > 0 && distance < best.distance)) {
        best = { slope, distance, at }
      }
    }
  }
  return best.at
}

/** Size of the gradient; one-sided at the borders. */
function slopeAt(plane: GreyPlane, column: number, row: number, spacing: { x: number; y: number }): number {
  const { columns, rows } = plane
  const value = (x: number, y: number): number => plane.value(y * columns + x)
  const [left, right] = [Math.max(0, column - 1), Math.min(columns - 1, column + 1)]
  const [up, down] = [Math.max(0, row - 1), Math.min(rows - 1, row + 1)]
  const alongX = right === left ? 0 : (value(right, row) - value(left, row)) / ((right - left) * spacing.x)
  const alongY = down === up ? 0 : (value(column, down) - value(column, up)) / ((down - up) * spacing.y)
  return Math.hypot(alongX, alongY)
}
