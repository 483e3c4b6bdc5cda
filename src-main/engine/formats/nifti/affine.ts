import type { NiftiHeader } from '@engine/formats/nifti/header'
import { affineFromColumns, applyAffine, isInvertible, scaled, type Vector } from '@engine/geometry/affine'
import type { Affine } from '@engine/geometry/volume'
import { Fault } from '@engine/fault'

export interface NiftiGeometry {
  /** Voxels to NIfTI's RAS world, in the file's unit, as nibabel gives it. */
  readonly ras: Affine
  /** False when neither qform nor sform is set: the axes are a guess. */
  readonly oriented: boolean
  readonly warnings: readonly string[]
}

/** sform before qform before pixdim, as nibabel. Throws Fault `bad-image` when the result is singular. */
export function niftiGeometry(header: NiftiHeader, name: string): NiftiGeometry {
  const warnings: string[] = []
  const qform = header.qformCode > 0 ? qformAffine(header) : null
  const sform = header.sformCode > 0 ? sformAffine(header) : null
  const ras = sform ?? qform ?? pixdimAffine(header)
  if (!isInvertible(ras)) {
    throw new Fault('bad-image', `“${name}” has a geometry that does not span space.`, {
      subject: name,
      hint: 'Repair its sform or qform, for example with fslorient or nibabel.'
    })
  }
  if (sform !== null && qform !== null) {
    const apart = cornerDistance(sform, qform, header.shape)
    if (!(apart <= 0.1))
      warnings.push(
        `The file states two positions (sform and qform) up to ${apart.toFixed(1)} mm apart; the sform is used.`
      )
  }
  if (header.unitMm !== 1)
    warnings.push('The file states lengths in another unit than millimetres; they were converted.')
  if (sform === null && qform === null) warnings.push('The file does not say which way the patient lies.')
  return { ras, oriented: sform !== null || qform !== null, warnings }
}

function sformAffine(header: NiftiHeader): Affine {
  return [...header.srow.flat(), 0, 0, 0, 1] as unknown as Affine
}

/** Rotation by quaternion, voxel sizes, offset. Source: nifti1.h, method 2. */
function qformAffine(header: NiftiHeader): Affine {
  const [b, c, d] = header.quaternion
  const rest = 1 - (b * b + c * c + d * d)
  // Rounding may leave a quaternion slightly longer than one.
  const a = rest > 1e-7 ? Math.sqrt(rest) : 0
  const [dx, dy, dz] = voxelSizes(header)
  const handed = header.pixdim[0] < 0 ? -dz : dz
  const columns: [Vector, Vector, Vector] = [
    scaled([a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)], dx),
    scaled([2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)], dy),
    scaled([2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - b * b - c * c], handed)
  ]
  return affineFromColumns(columns, header.qoffset)
}

/** Neither form set: x mirrored and centred, as nibabel does. */
function pixdimAffine(header: NiftiHeader): Affine {
  const [dx, dy, dz] = voxelSizes(header)
  const [nx, ny, nz] = [0, 1, 2].map((axis) => (header.shape[axis] ?? 1) - 1)
  return affineFromColumns(
    [
      [-dx, 0, 0],
      [0, dy, 0],
      [0, 0, dz]
    ],
    [(nx / 2) * dx, (-ny / 2) * dy, (-nz / 2) * dz]
  )
}

/** Absolute pixdim; zero or unreadable counts as one. */
function voxelSizes(header: NiftiHeader): Vector {
  const sizes = header.pixdim.slice(1, 4).map((size) => (Number.isFinite(size) && size !== 0 ? Math.abs(size) : 1))
  return sizes as unknown as Vector
}

function cornerDistance(first: Affine, second: Affine, shape: readonly number[]): number {
  const ends = [0, 1, 2].map((axis) => (shape[axis] ?? 1) - 1)
  let largest = 0
  for (let corner = 0; corner < 8; corner++) {
    const point: Vector = [corner & 1 ? ends[0] : 0, corner & 2 ? ends[1] : 0, corner & 4 ? ends[2] : 0]
    const [a, b] = [applyAffine(first, point), applyAffine(second, point)]
    largest = Math.max(largest, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]))
  }
  return largest
}
