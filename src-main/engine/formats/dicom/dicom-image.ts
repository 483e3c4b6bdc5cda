import type { FrameGeometry } from '@engine/formats/dicom/frame-geometry'
import type { FrameMoment } from '@engine/formats/dicom/frame-moment'
import type { DicomHeader } from '@engine/formats/dicom/header'
import type { Mosaic } from '@engine/formats/dicom/mosaic'
import type { Palette } from '@engine/formats/dicom/palette'
import type { PixelDescription } from '@engine/formats/dicom/pixel-description'
import type { Volume, Voxels } from '@engine/geometry/volume'
import type { Uptake } from '@shared/uptake'

/** What a DICOM file says without its pixels: enough to sort it into a series. Plain values. */
export interface DicomFacts {
  readonly path: string
  /** Base name, for messages. */
  readonly name: string
  readonly header: DicomHeader
  readonly pixels: PixelDescription
  /** One per frame. */
  readonly geometry: readonly FrameGeometry[]
  /** One per frame: what sets it apart from others at the same place. */
  readonly moments: readonly FrameMoment[]
  /** Slices side by side in one picture (Siemens); null for everything else. */
  readonly mosaic: Mosaic | null
  readonly photometric: Volume['photometric']
  /** The pixels are numbers of a palette whose colours are shown. */
  readonly coloured: boolean
  readonly window: Volume['window']
}

/** One decoded DICOM file: plain values, so that a worker thread may send it. */
export interface DicomImage extends DicomFacts {
  /** `[frame, row, column(, sample)]`, rescaled. */
  readonly values: Voxels
  /** Frames of the file that `values` holds, in their order; null: all of them. When frames were chosen, `geometry` and `moments` are left out. */
  readonly held: readonly number[] | null
  /** Colours of `values` where they are numbers of a palette; null for everything else. */
  readonly palette: Palette | null
  readonly unit: string
  /** PET: how the values become standardised uptake; null for everything else. */
  readonly uptake: Uptake | null
  readonly warnings: readonly string[]
}
