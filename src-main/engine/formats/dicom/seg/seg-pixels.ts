import { Fault } from '@engine/fault'
import { decodeDicom } from '@engine/formats/dicom/image'
import type { ParsedDicom } from '@engine/formats/dicom/parse'
import type { PixelDescription } from '@engine/formats/dicom/pixel-description'
import type { SourceFile } from '@engine/formats/source-file'
import type { Voxels } from '@engine/geometry/volume'

/** The pixels of one frame as stored, or null when none of them is set. */
export type FramePixels = (frame: number) => Voxels | null

/**
 * Reads frames one by one: uncompressed bits stay packed until asked for, so that empty frames cost nothing.
 * Throws Fault `bad-image` for pixels that are cut off, and what decoding throws.
 */
export async function segPixels(
  parsed: ParsedDicom,
  pixels: PixelDescription,
  source: SourceFile
): Promise<{ readonly read: FramePixels; readonly warnings: readonly string[] }> {
  const element = parsed.pixelElement
  const native = parsed.syntax.coding === 'native' && !parsed.syntax.bigEndian
  if (native && pixels.bitsAllocated === 1 && element !== undefined) {
    const packed = parsed.bytes.subarray(element.dataOffset, element.dataOffset + element.length)
    requireWhole(packed.length, pixels, source.name)
    return { read: (frame) => unpacked(packed, frame * pixels.rows * pixels.columns, pixels), warnings: [] }
  }
  const { values, warnings } = await decodeDicom(source)
  const length = pixels.rows * pixels.columns
  return {
    read: (frame) => {
      const plane = values.subarray(frame * length, (frame + 1) * length)
      return plane.some((value: number) => value !== 0) ? plane : null
    },
    warnings
  }
}

function requireWhole(bytes: number, pixels: PixelDescription, name: string): void {
  const needed = Math.ceil((pixels.rows * pixels.columns * pixels.frames) / 8)
  if (bytes >= needed) return
  // A padded mask would be a smaller lesion than was drawn: unlike a picture, it is refused.
  throw new Fault('bad-image', `“${name}” holds ${bytes} of the ${needed} bytes its frames need.`, {
    subject: name,
    hint: 'The file was cut off: copy it again from its source.'
  })
}

/** Frames follow each other bit by bit, the first pixel in the lowest bit, so a frame may begin inside a byte. Source: DICOM PS3.5 8.1.1. */
function unpacked(packed: Uint8Array, start: number, { rows, columns }: PixelDescription): Uint8Array | null {
  const length = rows * columns
  if (noBitSet(packed, start, length)) return null
  const plane = new Uint8Array(length)
  for (let pixel = 0, bit = start; pixel < length; pixel++, bit++) plane[pixel] = (packed[bit >> 3] >> (bit & 7)) & 1
  return plane
}

function noBitSet(packed: Uint8Array, start: number, length: number): boolean {
  const end = start + length
  for (let byte = start >> 3; byte <= (end - 1) >> 3; byte++) {
    if (packed[byte] === 0) continue
    let bits = packed[byte]
    if (byte * 8 < start) bits &= 0xff << (start - byte * 8)
    if (byte * 8 + 8 > end) bits &= 0xff >> (byte * 8 + 8 - end)
    if ((bits & 0xff) !== 0) return false
  }
  return true
}
