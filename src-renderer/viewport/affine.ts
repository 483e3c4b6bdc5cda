/** Affines as the engine sends them: row major, voxel centres at whole indices, millimetres in LPS. */

export type Vector = readonly [number, number, number]

/** 16 numbers, row major; the last row is 0 0 0 1. */
export type Affine = readonly number[]

/** One step of an index axis (0, 1 or 2) in millimetres. */
export const axisOf = (affine: Affine, axis: number): Vector => [affine[axis], affine[4 + axis], affine[8 + axis]]

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const lengthOf = (a: Vector): number => Math.hypot(...a)
export const scaledBy = (a: Vector, factor: number): Vector => [a[0] * factor, a[1] * factor, a[2] * factor]

/** Maps a point. */
export function mapped(affine: Affine, [x, y, z]: Vector): Vector {
  const row = (at: number): number => affine[at] * x + affine[at + 1] * y + affine[at + 2] * z + affine[at + 3]

  return [row(0), row(4), row(8)]
}

/** The affine of three steps and the place of index (0, 0, 0). */
export function affineOf([u, v, w]: readonly [Vector, Vector, Vector], origin: Vector): Affine {
  return [u[0], v[0], w[0], origin[0], u[1], v[1], w[1], origin[1], u[2], v[2], w[2], origin[2], 0, 0, 0, 1]
}

/** First `inner`, then `outer`. */
export function chained(outer: Affine, inner: Affine): Affine {
  const turned = (axis: number): Vector => {
    const step = axisOf(inner, axis)

    return [0, 4, 8].map(
      (at) => outer[at] * step[0] + outer[at + 1] * step[1] + outer[at + 2] * step[2]
    ) as unknown as Vector
  }

  return affineOf([turned(0), turned(1), turned(2)], mapped(outer, [inner[3], inner[7], inner[11]]))
}

/** The way back; null where the three steps lie in one plane. */
export function inverted(affine: Affine): Affine | null {
  const [a, b, c] = [axisOf(affine, 0), axisOf(affine, 1), axisOf(affine, 2)]
  const determinant = dot(a, cross(b, c))
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-12) return null

  const rows = [cross(b, c), cross(c, a), cross(a, b)].map((row) => scaledBy(row, 1 / determinant))
  const [x, y, z] = rows.map((row) => -dot(row, [affine[3], affine[7], affine[11]]))

  return [...rows[0], x, ...rows[1], y, ...rows[2], z, 0, 0, 0, 1]
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
