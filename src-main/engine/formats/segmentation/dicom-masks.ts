import { dicomLayout } from '@engine/formats/dicom/layout'
import { parseDicom } from '@engine/formats/dicom/parse'
import { placeStructures } from '@engine/formats/dicom/rtstruct/place-structures'
import { isStructureSet, readStructures } from '@engine/formats/dicom/rtstruct/read-structures'
import type { DerivedFrom } from '@engine/formats/dicom/seg/derived-from'
import { placeSegmentation } from '@engine/formats/dicom/seg/place-frames'
import { isSegmentation, readSeg } from '@engine/formats/dicom/seg/read-seg'
import { readingFault } from '@engine/formats/decode-source'
import { gunzipFile, isGzip } from '@engine/formats/gzip'
import type { Segmentation } from '@engine/formats/segmentation/segmentation'
import { readSourceFile, readStart } from '@engine/formats/source-file'
import type { Volume } from '@engine/geometry/volume'

/** Segments of a DICOM object on the grid of an image. */
export interface DicomMask {
  readonly from: 'SEG' | 'RTSTRUCT'
  readonly derivedFrom: DerivedFrom
  readonly segmentation: Segmentation
  readonly warnings: readonly string[]
}

/**
 * A DICOM SEG or RT Structure Set on the grid of its image; null for every other file.
 * Throws the Faults of reading and placing them, naming the file.
 */
export async function readDicomMask(path: string, image: Volume): Promise<DicomMask | null> {
  const head = await readStart(path)
  if (!isGzip(head) && dicomLayout(head) === null) return null
  const packed = await readSourceFile(path)
  const source = isGzip(packed.bytes) ? { ...packed, bytes: await gunzipFile(packed.bytes, packed.name) } : packed
  if (dicomLayout(source.bytes) === null) return null
  try {
    const parsed = parseDicom(source)
    if (isSegmentation(parsed.dataSet)) {
      const seg = await readSeg(source, parsed)
      return { from: 'SEG', derivedFrom: seg.derivedFrom, ...placeSegmentation(seg, image) }
    }
    if (!isStructureSet(parsed.dataSet)) return null
    const set = readStructures(source, parsed)
    return { from: 'RTSTRUCT', derivedFrom: set.derivedFrom, ...placeStructures(set, image) }
  } catch (thrown) {
    throw readingFault(thrown, source.name, 'DICOM')
  }
}
