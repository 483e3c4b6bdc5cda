import type { FrameGeometry } from '@engine/formats/dicom/frame-geometry'
import type { DerivedFrom } from '@engine/formats/dicom/seg/derived-from'
import type { SegmentPlane, SegmentWords } from '@engine/formats/segmentation/segmentation'
import type { SliceSource } from '@engine/geometry/volume'

/** One frame of a segmentation that holds anything. */
export interface SegFrame {
  readonly segment: number
  readonly geometry: FrameGeometry
  /** Frames of images it was drawn on, as far as it says. */
  readonly sources: readonly SliceSource[]
  /** `[row, column]`: 0 or 1, or a share 0…1. */
  readonly pixels: SegmentPlane
}

/** A DICOM segmentation as it lies in its file, before it is laid on an image. Plain values. */
export interface SegFile {
  /** Base name, for messages. */
  readonly name: string
  readonly kind: 'BINARY' | 'FRACTIONAL' | 'LABELMAP'
  readonly rows: number
  readonly columns: number
  readonly derivedFrom: DerivedFrom
  readonly segments: readonly SegmentWords[]
  /** Frames without a marked pixel are left out. */
  readonly frames: readonly SegFrame[]
  /** Place of every frame in the file, empty ones too: what the grid is found from. */
  readonly places: readonly FrameGeometry[]
  readonly warnings: readonly string[]
}
