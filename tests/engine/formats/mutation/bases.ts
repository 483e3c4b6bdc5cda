import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dataFile } from '../shared-data'

const testFiles = 'pydicom+pydicom/src/pydicom/data/test_files'
const moreFiles = 'pydicom+pydicom-data/data_store/data'
const highdicom = 'ImagingDataCommons+highdicom/data/test_files'

/** Small files of every coding and kind of image; big ones would only make the run longer. */
export const dicomBases = [
  `${testFiles}/MR_small.dcm`,
  `${testFiles}/MR_small_implicit.dcm`,
  `${testFiles}/MR_small_bigendian.dcm`,
  `${testFiles}/MR_small_RLE.dcm`,
  `${testFiles}/MR_small_jp2klossless.dcm`,
  `${testFiles}/MR_small_jpeg_ls_lossless.dcm`,
  `${testFiles}/JPEGLSNearLossless_08.dcm`,
  `${testFiles}/JPEG-lossy.dcm`,
  `${testFiles}/JPEG2000.dcm`,
  `${testFiles}/rtdose.dcm`,
  `${testFiles}/rtdose_rle.dcm`,
  `${testFiles}/SC_rgb_rle_2frame.dcm`,
  `${testFiles}/SC_rgb_jpeg.dcm`,
  `${testFiles}/SC_rgb_jpeg_gdcm.dcm`,
  `${testFiles}/SC_rgb_dcmtk_+eb+cy+s2.dcm`,
  `${testFiles}/SC_ybr_full_422_uncompressed.dcm`,
  `${testFiles}/SC_rgb_jls_lossy_sample.dcm`,
  `${testFiles}/SC_rgb_gdcm_KY.dcm`,
  `${testFiles}/ExplVR_BigEnd.dcm`,
  `${testFiles}/image_dfl.dcm`,
  `${testFiles}/rtstruct.dcm`,
  `${testFiles}/test-SR.dcm`,
  `${testFiles}/dicomdirtests/TINY_ALPHA/DICOMDIR`,
  `${moreFiles}/emri_small_RLE.dcm`,
  `${moreFiles}/liver_deflate.dcm`,
  `${moreFiles}/OBXXXX1A_rle.dcm`,
  `${moreFiles}/parametric_map_float.dcm`,
  'QIICR+dcmqi/data/segmentations/24x38x3/multiframe/mf.dcm',
  'cornerstonejs+dicomParser/testImages/encapsulated/multi-frame/CT0012.fragmented_no_bot_jpeg_baseline.51.dcm',
  'cornerstonejs+dicomParser/testImages/encapsulated/multi-frame/CT0012.fragmented_no_bot_jpeg_lossless.57.dcm',
  `${highdicom}/seg_image_ct_binary.dcm`
]

/** NIfTI-1 and -2, packed and plain, header and image in one, 4-D and 5-D, MGH. */
export const niftiBases = [
  'niivue+niivue/packages/niivue/demos/images/low_res.nii.gz',
  'niivue+niivue/packages/niivue/demos/images/minimal.nii.gz',
  'nipy+nibabel/nibabel/tests/data/standard.nii.gz',
  'nipy+nibabel/nibabel/tests/data/functional.nii',
  'nipy+nibabel/nibabel/tests/data/example_nifti2.nii.gz',
  'nipy+nibabel/nibabel/tests/data/test.mgz',
  'rii-mango+NIFTI-Reader-JS/data/5D_small.nii'
]

/** Folders of this repository with small whole files of every other kind that can be opened. */
const fixtureFolders = ['nrrd', 'numpy', 'png', 'tiff', 'nifti']
const imageEndings = /\.(nrrd|npy|npz|png|tiff?|nii|nii\.gz)$/

/** Files below the shared data folder, with their bytes. */
export function sharedBases(names: readonly string[]): Base[] {
  return names.map((name) => baseOf(dataFile(name)))
}

/** NRRD, NPY, NPZ, PNG, TIFF and odd NIfTI of the repository. */
export function fixtureBases(): Base[] {
  const root = fileURLToPath(new URL('../../../fixtures/formats/', import.meta.url))
  const inFolders = fixtureFolders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => imageEndings.test(name))
      .sort()
      .map((name) => baseOf(join(root, folder, name)))
  )
  return inFolders.filter(({ bytes }) => bytes.length < 200_000)
}

/** A whole file to be damaged. */
export interface Base {
  readonly name: string
  readonly bytes: Uint8Array
}

function baseOf(path: string): Base {
  return { name: basename(path), bytes: new Uint8Array(readFileSync(path)) }
}
