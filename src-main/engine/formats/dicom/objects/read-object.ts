import { type DicomObject, dicomObject } from '@engine/formats/dicom/objects/dicom-object'
import { parseDicom } from '@engine/formats/dicom/parse'
import { gunzipFile, isGzip } from '@engine/formats/gzip'
import { type FileStart, largestFileBytes, tooLarge } from '@engine/formats/source-file'

/** A DICOM object about images with what it says, its pixels left alone; null for any other DICOM file. Throws Fault `bad-file`, `too-large`. */
export async function readDicomObject(start: FileStart): Promise<DicomObject | null> {
  const { path, name, sizeBytes } = start
  if (sizeBytes > largestFileBytes) throw tooLarge(name, sizeBytes)
  const whole = await start.upTo(sizeBytes)
  const bytes = isGzip(whole) ? await gunzipFile(whole, name) : whole
  return dicomObject(parseDicom({ path, name, bytes }).dataSet, { path, name })
}
