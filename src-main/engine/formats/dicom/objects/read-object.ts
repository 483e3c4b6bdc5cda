import { Fault } from '@engine/fault'
import { type DicomObject, dicomObject } from '@engine/formats/dicom/objects/dicom-object'
import { parseDicom } from '@engine/formats/dicom/parse'
import { gunzipFile, isGzip } from '@engine/formats/gzip'
import { type FileStart, largestFileBytes, tooLarge } from '@engine/formats/source-file'

/** Up to this size a file is read whole; of a larger one the beginning, where its references stand, before its pixels. */
const wholeBytes = 2 ** 26
const startBytes = 2 ** 24

/** A DICOM object about images with what it says, its pixels left alone; null for any other DICOM file. Throws Fault `bad-file`, `too-large`. */
export async function readDicomObject(start: FileStart): Promise<DicomObject | null> {
  const { path, name, sizeBytes } = start
  if (sizeBytes > wholeBytes) {
    const early = objectOf(await start.upTo(startBytes), { path, name })
    if (early !== 'unreadable') return early
  }
  if (sizeBytes > largestFileBytes) throw tooLarge(name, sizeBytes)
  const whole = await start.upTo(sizeBytes)
  const bytes = isGzip(whole) ? await gunzipFile(whole, name) : whole
  return dicomObject(parseDicom({ path, name, bytes }).dataSet, { path, name })
}

/** From the first bytes alone, cut off wherever they end. */
function objectOf(bytes: Uint8Array, file: { path: string; name: string }): DicomObject | null | 'unreadable' {
  if (isGzip(bytes)) return 'unreadable'
  try {
    return dicomObject(parseDicom({ ...file, bytes }).dataSet, file)
  } catch (thrown) {
    // A cut header may look broken; the whole file decides.
    if (thrown instanceof Fault) return 'unreadable'
    throw thrown
  }
}
