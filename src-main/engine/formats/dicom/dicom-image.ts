import type { FrameGeometry } from '@engine/formats/dicom/frame-geometry'
import type { DicomHeader } from '@engine/formats/dicom/header'
import type { PixelDescription } from '@engine/formats/dicom/pixel-description'
import type { Volume, Voxels } from '@engine/geometry/volume'

/** One decoded DICOM file: plain values, so that a worker thread may send it. */
export interface DicomImage {
  readonly name: string
  readonly header: DicomHeader
  readonly pixels: PixelDescription
  readonly geometry: readonly FrameGeometry[]
  /** `[frame, row, column(, sample)]`, rescaled. */
  readonly values: Voxels
  readonly photometric: Volume['photometric']
  readonly unit: string
  readonly window: Volume['window']
  readonly warnings: readonly string[]
}
