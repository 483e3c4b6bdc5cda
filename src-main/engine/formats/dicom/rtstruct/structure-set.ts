import type { DerivedFrom } from '@engine/formats/dicom/seg/derived-from'
import type { SegmentWords } from '@engine/formats/segmentation/segmentation'
import type { SliceSource } from '@engine/geometry/volume'

/** One outline. Source: DICOM PS3.3 C.8.8.6. */
export interface Contour {
  /** Contour Geometric Type: CLOSED_PLANAR, POINT, OPEN_PLANAR, CLOSEDPLANAR_XOR… */
  readonly kind: string
  /** x, y, z of each point, LPS millimetres. */
  readonly points: Float64Array
  /** Image frame it was drawn on, where the file names one. */
  readonly source: SliceSource | null
}

/** One region of interest. */
export interface Structure extends SegmentWords {
  readonly frameOfReferenceUid: string | null
  readonly contours: readonly Contour[]
}

/** A DICOM RT Structure Set as it lies in its file. Plain values. */
export interface StructureSet {
  /** Base name, for messages. */
  readonly name: string
  readonly derivedFrom: DerivedFrom
  readonly structures: readonly Structure[]
  readonly warnings: readonly string[]
}
