import { Fault } from '@engine/fault'
import { attributeDictionary } from '@engine/formats/dicom/attribute-dictionary'
import { deidentifyDicom } from '@engine/formats/dicom/deidentify/deidentify'
import { knownWords } from '@engine/formats/dicom/deidentify/known-words'
import { pseudonyms } from '@engine/formats/dicom/deidentify/pseudonyms'
import { dicomObject } from '@engine/formats/dicom/objects/dicom-object'
import { objectBoxes, objectMask } from '@engine/formats/dicom/objects/object-mask'
import { parseDicom } from '@engine/formats/dicom/parse'
import { placeStructures } from '@engine/formats/dicom/rtstruct/place-structures'
import { readStructures } from '@engine/formats/dicom/rtstruct/read-structures'
import { placeSegmentation } from '@engine/formats/dicom/seg/place-frames'
import { readSeg } from '@engine/formats/dicom/seg/read-seg'
import type { SourceFile } from '@engine/formats/source-file'
import type { Volume } from '@engine/geometry/volume'

/** A reader of DICOM objects other than plain images. */
export interface ObjectReader {
  readonly id: string
  /** Files it reads when they are whole, below the shared data folder. */
  readonly bases: readonly string[]
  readonly read: (source: SourceFile) => Promise<unknown>
}

const highdicom = 'ImagingDataCommons+highdicom/data/test_files'
const testFiles = 'pydicom+pydicom/src/pydicom/data/test_files'

/** Every reader that a stranger's file can reach; a new one is one entry. */
export const objectReaders: readonly ObjectReader[] = [
  {
    id: 'segmentation',
    bases: [
      `${highdicom}/seg_image_ct_binary.dcm`,
      `${highdicom}/seg_image_ct_binary_fractional.dcm`,
      `${highdicom}/seg_image_ct_binary_overlap.dcm`,
      `${highdicom}/seg_image_ct_true_fractional.dcm`,
      'QIICR+dcmqi/data/segmentations/24x38x3/seg/label.seg',
      `${highdicom}/seg_image_cr_binary.dcm`
    ],
    read: async (source) => {
      const seg = await readSeg(source)
      // Where it lies is as much a stranger's word as its pixels: it is laid on an image as the app lays it, where it fits.
      const image = imageAround(seg.places[0]?.plane?.position ?? [0, 0, 0], [seg.columns, seg.rows])
      try {
        return placeSegmentation(seg, image)
      } catch (thrown) {
        if (thrown instanceof Fault && ['bad-mask', 'geometry-mismatch'].includes(thrown.code)) return seg
        throw thrown
      }
    }
  },
  {
    id: 'structure set',
    bases: [`${testFiles}/rtstruct.dcm`],
    read: async (source) => placeStructures(readStructures(source), imageAround([-200, -200, -200], [64, 64]))
  },
  {
    id: 'report',
    bases: [`${highdicom}/sr_document.dcm`, `${testFiles}/reportsi.dcm`, `${testFiles}/test-SR.dcm`],
    read: async (source) => {
      const object = dicomObject(parseDicom(source).dataSet, source)
      if (object === null) throw new Fault('no-pixels', `“${source.name}” is no report.`, { hint: 'Choose a report.' })
      const image = imageAround([0, 0, 0], [64, 64])
      const mask = await objectMask({ ...object, role: 'SR' }, image)
      return { mask, boxes: objectBoxes(object, 1) }
    }
  },
  {
    id: 'de-identification',
    bases: [
      `${testFiles}/MR_small.dcm`,
      `${testFiles}/MR_small_implicit.dcm`,
      `${testFiles}/MR_small_bigendian.dcm`,
      `${testFiles}/SC_rgb_rle_2frame.dcm`,
      `${testFiles}/image_dfl.dcm`,
      'QIICR+dcmqi/data/segmentations/24x38x3/multiframe/mf.dcm'
    ],
    read: async (source) => {
      const dictionary = await attributeDictionary()
      return deidentifyDicom(source, {
        options: { keepDates: 'removed', keepPatientCharacteristics: false },
        pseudonyms: pseudonyms(Buffer.from('a salt for tests, not for patients')),
        dictionary,
        known: knownWords(dictionary),
        acceptBurnedIn: true,
        version: 'test'
      })
    }
  }
]

/** An image of 24 slices whose first voxel lies at a place. */
function imageAround([x, y, z]: readonly [number, number, number], [columns, rows]: readonly [number, number]): Volume {
  const size = [Math.min(columns, 512), Math.min(rows, 512), 24] as const
  return {
    voxels: new Uint8Array(size[0] * size[1] * size[2]),
    size,
    samples: 1,
    affine: [6, 0, 0, x, 0, 6, 0, y, 0, 0, 5, z, 0, 0, 0, 1],
    spacingMm: [6, 6, 5],
    oriented: true,
    frameOfReference: null,
    unit: 'HU',
    photometric: 'MONOCHROME2',
    bitsStored: 8,
    window: null
  }
}
