import { attributeDictionary } from '@engine/formats/dicom/attribute-dictionary'
import { deidentifyDicom } from '@engine/formats/dicom/deidentify/deidentify'
import { knownWords } from '@engine/formats/dicom/deidentify/known-words'
import { pseudonyms } from '@engine/formats/dicom/deidentify/pseudonyms'
import { readSeg } from '@engine/formats/dicom/seg/read-seg'
import type { SourceFile } from '@engine/formats/source-file'

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
      'pydicom+pydicom-data/data_store/data/liver_rle.dcm'
    ],
    read: readSeg
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
