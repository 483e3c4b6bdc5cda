import { axisColumn, cross, determinant, dot, spacingOf, unit, type Vector } from '@engine/geometry/affine'
import type { Affine } from '@engine/geometry/volume'

/** An affine in the terms of a qform. */
export interface QuaternionForm {
  /** `b, c, d` of the rotation. */
  readonly quaternion: readonly [number, number, number]
  /** −1 when the voxel axes are left-handed. */
  readonly qfac: 1 | -1
  readonly spacing: readonly [number, number, number]
  /** False for sheared axes, which a qform cannot express. */
  readonly perpendicular: boolean
}

/** Cosine above which two axes count as sheared (0.006°). */
const shearLimit = 1e-4

/** Rotation, handedness and voxel sizes of an affine. Source: nifti1.h, nifti_mat44_to_quatern. */
export function quaternionOf(affine: Affine): QuaternionForm {
  const [u, v, w] = [0, 1, 2].map((axis) => unit(axisColumn(affine, axis)))
  const qfac = determinant(affine) < 0 ? -1 : 1
  const sheared = Math.max(Math.abs(dot(u, v)), Math.abs(dot(u, w)), Math.abs(dot(v, w))) > shearLimit
  const third: Vector = sheared ? cross(u, v) : [w[0] * qfac, w[1] * qfac, w[2] * qfac]
  return { quaternion: rotationQuaternion([u, v, third]), qfac, spacing: spacingOf(affine), perpendicular: !sheared }
}

/** Columns of a rotation as `b, c, d` with a ≥ 0. */
function rotationQuaternion([x, y, z]: readonly [Vector, Vector, Vector]): [number, number, number] {
  const trace = x[0] + y[1] + z[2]
  if (trace > 0) {
    const a = Math.sqrt(trace + 1) / 2
    return [(y[2] - z[1]) / (4 * a), (z[0] - x[2]) / (4 * a), (x[1] - y[0]) / (4 * a)]
  }
  const signed = (first: number, second: number, third: number, a: number): [number, number, number] => {
    const sign = a < 0 ? -1 : 1
    return [first * sign, second * sign, third * sign]
  }
  if (x[0] >= y[1] && x[0] >= z[2]) {
    const b = Math.sqrt(Math.max(0, 1 + x[0] - y[1] - z[2])) / 2
    return signed(b, (y[0] + x[1]) / (4 * b), (z[0] + x[2]) / (4 * b), (y[2] - z[1]) / (4 * b))
  }
  if (y[1] >= z[2]) {
    const c = Math.sqrt(Math.max(0, 1 + y[1] - x[0] - z[2])) / 2
    return signed((y[0] + x[1]) / (4 * c), c, (z[1] + y[2]) / (4 * c), (z[0] - x[2]) / (4 * c))
  }
  const d = Math.sqrt(Math.max(0, 1 + z[2] - x[0] - y[1])) / 2
  return signed((z[0] + x[2]) / (4 * d), (z[1] + y[2]) / (4 * d), d, (x[1] - y[0]) / (4 * d))
}
