import { Fault } from '@engine/fault'
import type { Affine } from '@engine/geometry/volume'

/** A point or a direction, `[x, y, z]`. */
export type Vector = readonly [number, number, number]

/** Voxel indices are world millimetres: what an image without geometry gets. */
export const identityAffine: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

/** An affine from its three axis columns (one step of i, j, k in millimetres) and the position of voxel (0, 0, 0). */
export function affineFromColumns(columns: readonly [Vector, Vector, Vector], origin: Vector): Affine {
  const [u, v, w] = columns
  return [u[0], v[0], w[0], origin[0], u[1], v[1], w[1], origin[1], u[2], v[2], w[2], origin[2], 0, 0, 0, 1]
}

/** Column `axis` (0, 1 or 2) of the linear part: the world step of one voxel along that axis. */
export function axisColumn(affine: Affine, axis: number): Vector {
  return [affine[axis], affine[4 + axis], affine[8 + axis]]
}

/** World position of voxel (0, 0, 0). */
export function originOf(affine: Affine): Vector {
  return [affine[3], affine[7], affine[11]]
}

/** `left · right`: first `right`, then `left`. */
export function multiplyAffines(left: Affine, right: Affine): Affine {
  const product = new Array<number>(16).fill(0)
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      for (let inner = 0; inner < 4; inner++) {
        product[row * 4 + column] += left[row * 4 + inner] * right[inner * 4 + column]
      }
    }
  }
  return product as unknown as Affine
}

/** Maps a point. */
export function applyAffine(affine: Affine, point: Vector): Vector {
  const [x, y, z] = point
  return [
    affine[0] * x + affine[1] * y + affine[2] * z + affine[3],
    affine[4] * x + affine[5] * y + affine[6] * z + affine[7],
    affine[8] * x + affine[9] * y + affine[10] * z + affine[11]
  ]
}

/** Determinant of the linear part; its sign says whether the voxel axes are right-handed, its size is the voxel volume in mm³. */
export function determinant(affine: Affine): number {
  const [a, b, c, , d, e, f, , g, h, i] = affine
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
}

/** Area of a pixel of a slice: what its column and row span, mm². */
export function pixelArea(affine: Affine): number {
  const [[a, b, c], [d, e, f]] = [axisColumn(affine, 0), axisColumn(affine, 1)]
  return Math.hypot(b * f - c * e, c * d - a * f, a * e - b * d)
}

/** True when every entry is finite and the three axes span space. */
export function isInvertible(affine: Affine): boolean {
  if (!affine.every(Number.isFinite)) return false
  const [u, v, w] = [0, 1, 2].map((axis) => lengthOf(axisColumn(affine, axis)))
  return u > 0 && v > 0 && w > 0 && Math.abs(determinant(affine)) > 1e-6 * u * v * w
}

/** The inverse. Throws Fault `geometry-mismatch` when the affine is singular or not finite. */
export function invertAffine(affine: Affine): Affine {
  if (!isInvertible(affine)) {
    throw new Fault('geometry-mismatch', 'The image geometry is singular: its axes do not span space.', {
      hint: 'Repair the affine of the file, or open it without geometry.'
    })
  }
  const scale = 1 / determinant(affine)
  const [a, b, c, , d, e, f, , g, h, i] = affine
  const linear = [
    (e * i - f * h) * scale,
    (c * h - b * i) * scale,
    (b * f - c * e) * scale,
    (f * g - d * i) * scale,
    (a * i - c * g) * scale,
    (c * d - a * f) * scale,
    (d * h - e * g) * scale,
    (b * g - a * h) * scale,
    (a * e - b * d) * scale
  ]
  const origin = originOf(affine)
  const shift = (row: number): number =>
    -(linear[row * 3] * origin[0] + linear[row * 3 + 1] * origin[1] + linear[row * 3 + 2] * origin[2])
  return [
    ...(linear.slice(0, 3) as [number, number, number]),
    shift(0),
    ...(linear.slice(3, 6) as [number, number, number]),
    shift(1),
    ...(linear.slice(6, 9) as [number, number, number]),
    shift(2),
    0,
    0,
    0,
    1
  ]
}

/**
 * NIfTI's world (RAS: x to the right, y to anterior) as ours (LPS), or back: the first two rows change sign.
 * Source: NIfTI-1 standard, "3D image (volume) orientation and location in space"; DICOM PS3.3 C.7.6.2.1.1.
 */
export function swapRasLps(affine: Affine): Affine {
  return affine.map((value, index) => (index < 8 && value !== 0 ? -value : value)) as unknown as Affine
}

/** Distance in millimetres between voxel centres along i, j and k. */
export function spacingOf(affine: Affine): [number, number, number] {
  return [lengthOf(axisColumn(affine, 0)), lengthOf(axisColumn(affine, 1)), lengthOf(axisColumn(affine, 2))]
}

export function lengthOf(vector: Vector): number {
  return Math.hypot(vector[0], vector[1], vector[2])
}

export function dot(left: Vector, right: Vector): number {
  return left[0] * right[0] + left[1] * right[1] + left[2] * right[2]
}

export function cross(left: Vector, right: Vector): Vector {
  return [
    left[1] * right[2] - left[2] * right[1],
    left[2] * right[0] - left[0] * right[2],
    left[0] * right[1] - left[1] * right[0]
  ]
}

export function scaled(vector: Vector, factor: number): Vector {
  return [vector[0] * factor, vector[1] * factor, vector[2] * factor]
}

export function subtract(left: Vector, right: Vector): Vector {
  return [left[0] - right[0], left[1] - right[1], left[2] - right[2]]
}

/** The same direction with length one. The zero vector stays zero. */
export function unit(vector: Vector): Vector {
  const length = lengthOf(vector)
  return length > 0 ? scaled(vector, 1 / length) : vector
}
