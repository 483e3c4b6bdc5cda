import type { Uptake } from '@shared/uptake'

/** Row-major 4 × 4 matrix. */
export type Affine = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number
]

/** Voxel types that are kept as read; everything else is widened to float32 on reading. */
export type Voxels = Uint8Array | Int16Array | Uint16Array | Int32Array | Float32Array

/** The frame of the DICOM instance that a slice was taken from; frames count from 0. */
export interface SliceSource {
  readonly sopInstanceUid: string
  readonly frame: number
}

/**
 * An image with geometry. World coordinates are LPS in millimetres (x to the patient's left, y to posterior, z to superior), stated once, here.
 *
 * `voxels[((k * rows + j) * columns + i) * samples + s]` for column i, row j, slice k: i runs fastest, as in DICOM frames.
 * `affine` maps (i, j, k, 1) of voxel centres to LPS millimetres. A 2-D image is a volume of one slice.
 */
export interface Volume {
  readonly voxels: Voxels
  /** `[columns, rows, slices]`. */
  readonly size: readonly [number, number, number]
  /** 1 for grey, 3 for RGB. */
  readonly samples: 1 | 3
  readonly affine: Affine
  /** null: pixel units only (no spacing in the file, PNG, NPY). In that case the affine is the identity with y and x as pixels. */
  readonly spacingMm: readonly [number, number, number] | null
  /** False when the file does not say which way the patient lies (PNG, NPY, secondary captures). */
  readonly oriented: boolean
  /** Letters of the direction of rows (right edge) and of columns (bottom edge), where a file names them without placing the image. */
  readonly patientOrientation?: readonly [string, string] | null
  /** Projection radiographs without calibration: millimetres are measured at the detector, not in the patient. */
  readonly atDetector?: boolean
  /** DICOM frame of reference UID, when known. */
  readonly frameOfReference: string | null
  /** One per slice of a DICOM image: what segmentations refer to. Absent for other files, and once the grid is another. */
  readonly sources?: readonly SliceSource[]
  /** What a value means: "HU", "stored value", "SUV"… */
  readonly unit: string
  /** PET: how its values become standardised uptake; they are kept as the file has them. Absent for everything else. */
  readonly uptake?: Uptake | null
  readonly photometric: 'MONOCHROME1' | 'MONOCHROME2' | 'RGB' | 'PALETTE'
  /** Bits stored per sample in the file, 32 for float: gives the input doctor the nominal range. */
  readonly bitsStored: number
  /** Display window proposed by the file, if any. */
  readonly window: { readonly center: number; readonly width: number } | null
}

/** Number of voxels (not samples). */
export function voxelCount(volume: Pick<Volume, 'size'>): number {
  return volume.size[0] * volume.size[1] * volume.size[2]
}
