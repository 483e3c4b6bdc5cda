import { writeFileSync } from 'node:fs'

export interface TinyNifti {
  readonly columns: number
  readonly rows: number
  readonly slices: number
  readonly spacing: readonly [number, number, number]
  readonly voxels: Int16Array
  /** Columns run to the patient's right and rows to the front (RAS), as most NIfTI files of the field do. */
  readonly ras?: boolean
}

/** Writes a NIfTI-1 file (348-byte header, int16, sform along the axes, radiological order in RAS). */
export function writeTinyNifti(path: string, { columns, rows, slices, spacing, voxels, ras = false }: TinyNifti): void {
  const header = Buffer.alloc(352)
  header.writeInt32LE(348, 0)
  ;[3, columns, rows, slices, 1, 1, 1, 1].forEach((value, index) => header.writeInt16LE(value, 40 + 2 * index))
  header.writeInt16LE(4, 70)
  header.writeInt16LE(16, 72)
  ;[1, ...spacing, 1, 1, 1, 1].forEach((value, index) => header.writeFloatLE(value, 76 + 4 * index))
  header.writeFloatLE(352, 108)
  header.writeFloatLE(1, 112)
  header.writeUInt8(2, 123)
  header.writeInt16LE(1, 254)
  const affine = [
    [ras ? spacing[0] : -spacing[0], 0, 0, 10],
    [0, ras ? spacing[1] : -spacing[1], 0, 20],
    [0, 0, spacing[2], 30]
  ]
  affine.flat().forEach((value, index) => header.writeFloatLE(value, 280 + 4 * index))
  header.write('n+1\0', 344, 'latin1')
  writeFileSync(path, Buffer.concat([header, Buffer.from(voxels.buffer, voxels.byteOffset, voxels.byteLength)]))
}
