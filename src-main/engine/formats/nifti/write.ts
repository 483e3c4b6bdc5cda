import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Fault } from '@engine/fault'
import { swapRasLps } from '@engine/geometry/affine'
import type { Affine, Volume } from '@engine/geometry/volume'
import { asFloat32 } from '@engine/formats/float32'
import { quaternionOf } from '@engine/formats/nifti/quaternion'

const gzipAsync = promisify(gzip)

export interface NiftiOutput {
  /** Written to `descrip`, at most 79 ASCII characters: names the recipe. */
  readonly description?: string
  /** gzip, for `.nii.gz`; default true. */
  readonly compress?: boolean
}

const headerBytes = 348
/** Header plus the four bytes that say "no extensions". */
const voxelOffset = 352

/**
 * A volume as NIfTI-1 with the affine of its image in both sform and qform (qform only where the axes are perpendicular).
 * Uint8 voxels stay uint8, everything else is float32; colour becomes RGB24. gzip without name and time: equal volumes give equal files.
 * Throws Fault `unsupported-file` when an axis is longer than NIfTI-1 can say. Source: nifti1.h.
 */
export async function encodeNifti(volume: Volume, output: NiftiOutput = {}): Promise<Uint8Array> {
  if (volume.size.some((length) => length > 32767)) {
    throw new Fault('unsupported-file', `An image of ${volume.size.join(' × ')} voxels does not fit in NIfTI-1.`, {
      hint: 'Write it as NPY.'
    })
  }
  const voxels = storedVoxels(volume)
  const bytes = new Uint8Array(voxelOffset + voxels.byteLength)
  writeHeader(new DataView(bytes.buffer), volume, voxels)
  bytes.set(Buffer.from((output.description ?? 'Saliscope').replace(/[^\x20-\x7e]/g, '?').slice(0, 79), 'latin1'), 148)
  bytes.set(Buffer.from('n+1\0', 'latin1'), 344)
  bytes.set(new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength), voxelOffset)
  if (output.compress === false) return bytes
  const packed = await gzipAsync(bytes, { level: 6 })
  // Byte 9 names the operating system; 255 is "unknown", the same everywhere.
  packed[9] = 255
  return new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength)
}

function storedVoxels(volume: Volume): Uint8Array | Float32Array {
  if (volume.voxels instanceof Uint8Array) return volume.voxels
  if (volume.samples === 3) {
    throw new Fault('unsupported-file', 'Colour of more than 8 bits cannot be written as NIfTI.', {
      hint: 'Write it as NPY.'
    })
  }
  return asFloat32(volume.voxels)
}

function writeHeader(view: DataView, volume: Volume, voxels: Uint8Array | Float32Array): void {
  const ras = swapRasLps(volume.affine)
  const form = quaternionOf(ras)
  view.setInt32(0, headerBytes, true)
  view.setInt16(40, 3, true)
  volume.size.forEach((length, axis) => view.setInt16(42 + axis * 2, length, true))
  for (let axis = 3; axis < 7; axis++) view.setInt16(42 + axis * 2, 1, true)
  const [datatype, bits] = voxels instanceof Float32Array ? [16, 32] : volume.samples === 3 ? [128, 24] : [2, 8]
  view.setInt16(70, datatype, true)
  view.setInt16(72, bits, true)
  view.setFloat32(76, form.qfac, true)
  form.spacing.forEach((length, axis) => view.setFloat32(80 + axis * 4, length, true))
  view.setFloat32(108, voxelOffset, true)
  view.setFloat32(112, 1, true)
  // Millimetres; without spacing the unit stays unknown.
  view.setUint8(123, volume.spacingMm === null ? 0 : 2)
  writeForms(view, ras, { known: volume.oriented, form })
}

/** Code 1 is "scanner-anatomical"; 0 leaves a reader with nothing but voxel sizes, which is all an unplaced image has. */
function writeForms(
  view: DataView,
  ras: Affine,
  facts: { known: boolean; form: ReturnType<typeof quaternionOf> }
): void {
  const { known, form } = facts
  view.setInt16(252, known && form.perpendicular ? 1 : 0, true)
  view.setInt16(254, known ? 1 : 0, true)
  if (form.perpendicular) {
    form.quaternion.forEach((value, index) => view.setFloat32(256 + index * 4, value, true))
    ;[ras[3], ras[7], ras[11]].forEach((value, index) => view.setFloat32(268 + index * 4, value, true))
  }
  for (let index = 0; index < 12; index++) view.setFloat32(280 + index * 4, ras[index], true)
}
