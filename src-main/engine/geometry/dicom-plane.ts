import { affineFromColumns, cross, dot, lengthOf, scaled, unit, type Vector } from '@engine/geometry/affine'
import type { Affine } from '@engine/geometry/volume'

/** Where one DICOM frame lies. */
export interface Plane {
  /** Image Position (Patient): centre of the first voxel, LPS millimetres. */
  readonly position: Vector
  /** Unit vector along a row, to increasing column index. */
  readonly rowDirection: Vector
  /** Unit vector along a column, to increasing row index. */
  readonly columnDirection: Vector
}

/** Six direction cosines as two unit vectors, or null when they are no plane (zero, parallel, not finite). */
export function planeDirections(cosines: readonly number[]): { row: Vector; column: Vector } | null {
  if (cosines.length !== 6 || !cosines.every(Number.isFinite)) return null
  const row = cosines.slice(0, 3) as unknown as Vector
  const column = cosines.slice(3, 6) as unknown as Vector
  if (lengthOf(row) < 0.5 || lengthOf(column) < 0.5) return null
  if (Math.abs(dot(unit(row), unit(column))) > 0.05) return null
  return { row: unit(row), column: unit(column) }
}

/** Normal of the slice plane: the direction in which positions are sorted. */
export function planeNormal(plane: Pick<Plane, 'rowDirection' | 'columnDirection'>): Vector {
  return unit(cross(plane.rowDirection, plane.columnDirection))
}

/**
 * Voxel-to-LPS affine of a stack of frames.
 * `pixelSpacing` is DICOM's `[between rows, between columns]` in millimetres; `step` is the vector from one slice to the next.
 * Source: DICOM PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1.
 */
export function affineFromPlane(plane: Plane, pixelSpacing: readonly [number, number], step: Vector): Affine {
  return affineFromColumns(
    [scaled(plane.rowDirection, pixelSpacing[1]), scaled(plane.columnDirection, pixelSpacing[0]), step],
    plane.position
  )
}
