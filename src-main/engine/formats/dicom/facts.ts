import { largestFileBytes, tooLarge, type FileStart, type SourceFile } from '@engine/formats/source-file'
import { Fault } from '@engine/fault'
import type { DicomFacts } from '@engine/formats/dicom/dicom-image'
import { frameGeometries } from '@engine/formats/dicom/frame-geometry'
import { frameMoments } from '@engine/formats/dicom/frame-moment'
import { requirePixels } from '@engine/formats/dicom/has-pixels'
import { dicomHeader } from '@engine/formats/dicom/header'
import { mosaicOf } from '@engine/formats/dicom/mosaic'
import { paletteOf } from '@engine/formats/dicom/palette'
import { parseDicom, type ParsedDicom } from '@engine/formats/dicom/parse'
import { checkDecodedSize, pixelDescription, type PixelDescription } from '@engine/formats/dicom/pixel-description'
import { displayCurve } from '@engine/formats/dicom/window'
import { defaultDecodedLimitBytes } from '@engine/formats/format'
import { gunzipFile, isGzip } from '@engine/formats/gzip'
import type { Volume } from '@engine/geometry/volume'

/** Facts of a parsed file whose pixels were found and described. */
export function dicomFacts(parsed: ParsedDicom, pixels: PixelDescription, source: SourceFile): DicomFacts {
  const header = dicomHeader(parsed.dataSet)
  const coloured = pixels.photometric === 'PALETTE COLOR' && paletteOf(parsed.dataSet) !== null
  return {
    path: source.path,
    name: source.name,
    header,
    pixels,
    geometry: frameGeometries(parsed.dataSet, pixels.frames),
    moments: frameMoments(parsed.dataSet, pixels.frames),
    mosaic: mosaicOf(parsed.dataSet, header.imageType),
    photometric: coloured ? 'RGB' : shownPhotometric(pixels),
    coloured,
    window: displayCurve(parsed.dataSet).window
  }
}

/** Bytes read one after the other until the pixel data begins: headers are small, functional groups of a thousand frames are not. */
const headerBytes = [2 ** 15, 2 ** 18, 2 ** 21, 2 ** 24]

/** Facts of a file on disk, reading no more than its header where that is possible. Throws the Faults of decoding it. */
export async function readDicomFacts(start: FileStart): Promise<DicomFacts> {
  const { path, name } = start
  for (const length of headerBytes.filter((bytes) => bytes < start.sizeBytes)) {
    const bytes = await start.upTo(length)
    if (isGzip(bytes)) break
    const early = factsOfStart({ path, name, bytes })
    if (early !== null) return early
  }
  if (start.sizeBytes > largestFileBytes) throw tooLarge(name, start.sizeBytes)
  const whole = await start.upTo(start.sizeBytes)
  const source = { path, name, bytes: isGzip(whole) ? await gunzipFile(whole, name) : whole }
  return factsOf(parseDicom(source), source)
}

/** Facts from the first bytes, or null when the pixel data does not begin within them. */
function factsOfStart(source: SourceFile): DicomFacts | null {
  try {
    const parsed = parseDicom(source)
    const begins = parsed.pixelElement !== undefined && parsed.pixelElement.dataOffset <= source.bytes.length
    return begins ? factsOf(parsed, source) : null
  } catch (thrown) {
    // A cut header may look broken; more of the file decides.
    if (thrown instanceof Fault) return null
    throw thrown
  }
}

function factsOf(parsed: ParsedDicom, source: SourceFile): DicomFacts {
  requirePixels(parsed, source.name)
  const pixels = pixelDescription(parsed.dataSet, source.name)
  checkDecodedSize(pixels, defaultDecodedLimitBytes, source.name)
  return dicomFacts(parsed, pixels, source)
}

/** Photometric interpretation of the values as we hand them on. */
function shownPhotometric({ photometric, samples }: PixelDescription): Volume['photometric'] {
  if (samples === 3) return 'RGB'
  if (photometric === 'MONOCHROME1') return 'MONOCHROME1'
  return photometric === 'PALETTE COLOR' ? 'PALETTE' : 'MONOCHROME2'
}
