import { Fault } from '@engine/fault'
import type { StoredSamples } from '@engine/formats/dicom/native-frames'
import type { ParsedDicom } from '@engine/formats/dicom/parse'
import type { PixelDescription } from '@engine/formats/dicom/pixel-description'
import type { Volume } from '@engine/geometry/volume'

export interface DecodedFrames {
  readonly samples: StoredSamples
  readonly photometric: Volume['photometric']
}

/** Decodes compressed pixel data frame by frame. */
export async function decodeFrames(
  parsed: ParsedDicom,
  _pixels: PixelDescription,
  notes: { readonly name: string; readonly warnings: string[] }
): Promise<DecodedFrames> {
  throw new Fault('unsupported-file', `“${notes.name}” is coded as ${parsed.syntax.title}.`, { subject: notes.name })
}
