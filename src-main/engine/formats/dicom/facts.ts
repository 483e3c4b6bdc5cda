import { readStart, readSourceFile, type SourceFile } from '@engine/formats/source-file'
import { Fault } from '@engine/fault'
import type { DicomFacts } from '@engine/formats/dicom/dicom-image'
import { frameGeometries } from '@engine/formats/dicom/frame-geometry'
import { requirePixels } from '@engine/formats/dicom/has-pixels'
import { dicomHeader } from '@engine/formats/dicom/header'
import { mosaicOf } from '@engine/formats/dicom/mosaic'
import { parseDicom, type ParsedDicom } from '@engine/formats/dicom/parse'
import { checkDecodedSize, pixelDescription, type PixelDescription } from '@engine/formats/dicom/pixel-description'
import { displayWindow } from '@engine/formats/dicom/window'
import { defaultDecodedLimitBytes } from '@engine/formats/format'
import { gunzipFile, isGzip } from '@engine/formats/gzip'
import type { Volume } from '@engine/geometry/volume'

/** Facts of a parsed file whose pixels were found and described. */
export function dicomFacts(parsed: ParsedDicom, pixels: PixelDescription, source: SourceFile): DicomFacts {
  const header = dicomHeader(parsed.dataSet)
  return {
    path: source.path,
    name: source.name,
    header,
    pixels,
    geometry: frameGeometries(parsed.dataSet, pixels.frames),
    mosaic: mosaicOf(parsed.dataSet, header.imageType),
    photometric: shownPhotometric(pixels.photometric),
    window: displayWindow(parsed.dataSet)
  }
}

/** Bytes read first when only the facts are wanted; most headers end well before. */
const headerBytes = 2 ** 17

/** Facts of a file on disk, reading no more than its header where that is possible. Throws the Faults of decoding it. */
export async function readDicomFacts(path: string, name: string): Promise<DicomFacts> {
  const start = await readStart(path, headerBytes)
  if (start.length === headerBytes && !isGzip(start)) {
    const early = factsOfStart({ path, name, bytes: start })
    if (early !== null) return early
  }
  const whole = await readSourceFile(path)
  const source = isGzip(whole.bytes) ? { ...whole, bytes: await gunzipFile(whole.bytes, name) } : whole
  return factsOf(parseDicom(source), source)
}

/** Facts from the first bytes, or null when the pixel data does not begin within them. */
function factsOfStart(source: SourceFile): DicomFacts | null {
  try {
    const parsed = parseDicom(source)
    const begins = parsed.pixelElement !== undefined && parsed.pixelElement.dataOffset <= source.bytes.length
    return begins ? factsOf(parsed, source) : null
  } catch (thrown) {
    // A cut header may look broken; the whole file decides.
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
export function shownPhotometric(photometric: string): Volume['photometric'] {
  if (photometric === 'MONOCHROME1') return 'MONOCHROME1'
  if (photometric === 'PALETTE COLOR') return 'PALETTE'
  return photometric.startsWith('YBR') || photometric === 'RGB' ? 'RGB' : 'MONOCHROME2'
}
