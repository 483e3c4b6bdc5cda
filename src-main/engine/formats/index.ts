import { dicomFormat } from '@engine/formats/dicom/format'
import type { Format } from '@engine/formats/format'
import { niftiFormat } from '@engine/formats/nifti/format'
import { mghFormat } from '@engine/formats/nifti/mgh'
import { nrrdFormat } from '@engine/formats/nrrd/format'
import { jpegFormat } from '@engine/formats/raster/jpeg'
import { npyFormat } from '@engine/formats/raster/npy'
import { npzFormat } from '@engine/formats/raster/npz'
import { pngFormat } from '@engine/formats/raster/png'
import { tiffFormat } from '@engine/formats/tiff/format'

/** Every format that can be opened, in the order they are tried: those with the surest marks first. */
export const formats: readonly Format[] = [
  pngFormat,
  npyFormat,
  npzFormat,
  jpegFormat,
  tiffFormat,
  nrrdFormat,
  dicomFormat,
  niftiFormat,
  mghFormat
]
