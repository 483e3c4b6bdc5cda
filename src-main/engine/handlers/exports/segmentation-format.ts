import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import type { Segmentation } from '@engine/formats/segmentation/segmentation'
import type { Volume } from '@engine/geometry/volume'
import type { ExportIdentity } from '@shared/exports'
import type { ExportFormatWords } from './export-format'

/** Segments on the grid of their image, ready to be written. */
export interface SegmentationToWrite {
  /** Safe file name without ending. */
  readonly name: string
  readonly segmentation: Segmentation
  readonly image: Volume
  /** Name of the image, for files that name it. */
  readonly imageName: string
  /** Headers of the image's files (`readSources`); [] for an image that is no DICOM. */
  readonly sources: readonly SourceInstance[]
  readonly identity: ExportIdentity
  /** Who drew it; '' when nobody says. */
  readonly creator: string
  /** What shares of fractional segments mean; binary segments are written as bits. */
  readonly fractional: 'PROBABILITY' | 'OCCUPANCY'
  readonly version: string
}

/** A format of segmentations; its files go side by side. */
export interface SegmentationFormat extends ExportFormatWords {
  /** Why an image of this size cannot have its masks written so, as a sentence; null when it can. */
  refuses(size: Volume['size']): string | null
  /** Content by file name. Throws Fault where only the image itself tells that it cannot be written so. */
  content(item: SegmentationToWrite): Promise<ReadonlyMap<string, Uint8Array>>
}
