import { Fault } from '@engine/fault'
import type { ParsedDicom } from '@engine/formats/dicom/parse'
import { tag } from '@engine/formats/dicom/tags'

/** Throws Fault `no-pixels` for reports, plans, directories and empty pixel elements. */
export function requirePixels(parsed: ParsedDicom, name: string): void {
  const { elements } = parsed.dataSet
  const found = [tag.PixelData, tag.FloatPixelData, tag.DoubleFloatPixelData].some(
    (pixelTag) => elements[pixelTag] !== undefined && elements[pixelTag].length > 0
  )
  if (!found) throw noPixels(name)
}

/** Fault for a file without pixels. */
export function noPixels(name: string): Fault {
  return new Fault('no-pixels', `“${name}” is a DICOM file without pixels.`, {
    subject: name,
    hint: 'Reports, plans, structure sets and directories hold no image: choose an image file.'
  })
}
