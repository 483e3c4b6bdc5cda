import type { DicomImage } from '@engine/formats/dicom/dicom-image'
import { decodeDicom } from '@engine/formats/dicom/image'
import { dicomLayout } from '@engine/formats/dicom/layout'
import type { Format, ImageContent, ReadOptions } from '@engine/formats/format'
import { stackVolumes } from '@engine/formats/series/stack'
import type { SourceFile } from '@engine/formats/source-file'
import type { Affine } from '@engine/geometry/volume'

/** DICOM images: one file, one or many frames. */
export const dicomFormat: Format = {
  id: 'dicom',
  title: 'DICOM',
  kind: 'dicom',
  matches: (head) => dicomLayout(head) !== null,
  extentOf: () => null,
  read: async (source: SourceFile, options: ReadOptions): Promise<ImageContent> =>
    contentOf(await decodeDicom(source, options))
}

/** A decoded file as the common content of all formats. */
export function contentOf(image: DicomImage): ImageContent {
  const { rows, columns, samples } = image.pixels
  const frames = image.held?.length ?? image.pixels.frames
  const volumes = image.held === null ? stackVolumes([image]) : []
  const volume = volumes.at(0)?.volume
  return {
    kind: 'dicom',
    shape: samples === 3 ? [frames, rows, columns, samples] : [frames, rows, columns],
    values: image.values,
    affine: volume?.oriented === true ? nestedAffine(volume.affine) : null,
    volumes,
    warnings: image.warnings,
    patient: image.header.patient,
    dicom: image
  }
}

/** A row-major affine as four rows. */
export function nestedAffine(affine: Affine): number[][] {
  return [0, 4, 8, 12].map((start) => affine.slice(start, start + 4))
}
