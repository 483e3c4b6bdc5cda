import type { DicomImage } from '@engine/formats/dicom/dicom-image'
import type { SourceFile } from '@engine/formats/source-file'
import type { Volume, Voxels } from '@engine/geometry/volume'
import type { PatientWords } from '@engine/formats/patient-words'

/** What a file is, whether or not it can be opened as an image. */
export type FileKind = ImageKind | 'onnx' | 'other'

/** Families of images. `read` reports NRRD as `other`: its five words are fixed. */
export type ImageKind = 'dicom' | 'nifti' | 'nrrd' | 'raster'

/** One volume of a file: a 4-D file has several. */
export interface VolumeContent {
  readonly volume: Volume
  /** What sets this one apart from its siblings ("time 3 of 10"); '' when it is alone. */
  readonly label: string
  readonly warnings: readonly string[]
}

/** What a value of a labelmap stands for, where the file says so. */
export interface ImageLabel {
  /** As written in the file: text only. */
  readonly name: string
  readonly value: number
  /** Which volume of the file holds it: overlapping labels lie in several. */
  readonly volume: number
}

/** Everything a file holds, plain values only, so that it can cross from a worker thread. */
export interface ImageContent {
  readonly kind: ImageKind
  /** As the `read` command states it: DICOM `[frame, row, column(, sample)]`, NIfTI file order, raster `[row, column(, sample)]`, NPY its own, NRRD file order. */
  readonly shape: readonly number[]
  /** True when the first length of `shape` runs fastest (NIfTI, MGH, NRRD); otherwise the last does. */
  readonly firstAxisFastest?: boolean
  /** All values after rescaling, in the order the hash of `read` is taken over. */
  readonly values: Voxels
  /** Nested 4 × 4: NIfTI in its own RAS world as nibabel gives it, DICOM and NRRD in LPS; null when the file has no geometry. */
  readonly affine: readonly (readonly number[])[] | null
  readonly volumes: readonly VolumeContent[]
  /** Which volume of how many this is, where a reader decoded one alone: `volumes` then holds it only. */
  readonly onlyVolume?: { readonly index: number; readonly count: number }
  /** Names of label values (segmentations of 3D Slicer); absent where the file names none. */
  readonly labels?: readonly ImageLabel[]
  readonly warnings: readonly string[]
  /** DICOM only. For the screen; never logged or exported. */
  readonly patient: PatientWords | null
  /** DICOM only: what is needed to join this file with others of its series. */
  readonly dicom: DicomImage | null
}

/** How large a file's image is, before decoding. */
export interface FileExtent {
  /** `[columns, rows, slices]`. */
  readonly size: readonly [number, number, number]
  /** Volumes in the file: more than one for 4-D files. */
  readonly volumes: number
}

/** Choices a reader understands. */
export interface ReadOptions {
  /** Ceiling for the decoded values of one file in bytes; default `defaultDecodedLimitBytes`. */
  readonly decodedLimitBytes?: number
  /** Which volume of a file with several is wanted; a reader may decode that one alone and say so in `onlyVolume`. */
  readonly volume?: number
  /** Which array of a file with several named ones (NPZ); default its only one. */
  readonly array?: string
  /**
   * DICOM: only the values of these frames, in this order, and no volumes made of them: what somebody needs who assembles
   * volumes out of many files. `dicom.held` says which they are.
   */
  readonly frames?: readonly number[]
  /** Pixel size `[x, y, z]` in millimetres of pictures and arrays, which state none. */
  readonly spacingMm?: readonly [number, number, number]
}

/** Decoded values of one file may take 4 GiB at most, unless the caller says otherwise. */
export const defaultDecodedLimitBytes = 2 ** 32

/** One file format: a plain object in its own file, plus one line in `index.ts`. */
export interface Format {
  readonly id: string
  readonly title: string
  readonly kind: FileKind
  /** True when `read` unpacks gzip itself, knowing from the header how much must come out. */
  readonly readsGzip?: boolean
  /** Recognises a file by its first 4096 bytes (gunzipped when the file is gzip), and by its name only where content cannot tell. */
  matches(head: Uint8Array, name: string): boolean
  /** By the first bytes alone, for lists of files; null when they do not tell. */
  extentOf(head: Uint8Array, name: string): FileExtent | null
  /** Throws Fault `bad-image`, `no-pixels`, `unsupported-file`, `too-large` or `bad-file`, naming the file. */
  read(source: SourceFile, options: ReadOptions): Promise<ImageContent>
}
