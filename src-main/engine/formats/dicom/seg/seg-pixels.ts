import { Fault } from '@engine/fault'
import { decodeDicom } from '@engine/formats/dicom/image'
import type { ParsedDicom } from '@engine/formats/dicom/parse'
import type { PixelDescription } from '@engine/formats/dicom/pixel-description'
import type { SourceFile } from '@engine/formats/source-file'
import type { Voxels } from '@engine/geometry/volume'

/** The pixels of one frame as stored, or null when none of them is set. */
export type FramePixels = (frame: number) => Voxels | null

export interface SegPixels {
  readonly read: FramePixels
  /** The frames are 0 and 1, each an array of its own. */
  readonly bits: boolean
  readonly warnings: readonly string[]
}

/**
 * Reads frames one by one: uncompressed bits stay packed until asked for, so that empty frames cost nothing.
 * Throws Fault `bad-image` for pixels that are cut off, and what decoding throws.
 */
export async function segPixels(parsed: ParsedDicom, pixels: PixelDescription, source: SourceFile): Promise<SegPixels> {
  const element = parsed.pixelElement
  const native = parsed.syntax.coding === 'native' && !parsed.syntax.bigEndian
  if (native && pixels.bitsAllocated === 1 && element !== undefined) {
    const packed = parsed.bytes.subarray(element.dataOffset, element.dataOffset + element.length)
    requireWhole(packed.length, pixels, source.name)
    const length = pixels.rows * pixels.columns
    return { read: (frame) => unpacked(packed, frame * length, length), bits: true, warnings: [] }
  }
  const { values, warnings } = await decodeDicom(source)
  const length = pixels.rows * pixels.columns
  return {
    read: (frame) => {
      const plane = values.subarray(frame * length, (frame + 1) * length)
      return plane.some((value: number) => value !== 0) ? plane : null
    },
    bits: false,
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

/**
 * Frames follow each other bit by bit, the first pixel in the lowest bit, so a frame may begin inside a byte. Bytes of eight empty pixels
 * are passed over whole. Source: DICOM PS3.5 8.1.1.
 */
function unpacked(packed: Uint8Array, start: number, length: number): Uint8Array | null {
  const end = start + length
  let plane: Uint8Array | null = null
  for (let byte = Math.floor(start / 8); byte * 8 < end; byte++) {
    const bits = packed[byte]
    if (bits === 0) continue
    const first = Math.max(0, start - byte * 8)
    const last = Math.min(8, end - byte * 8)
    for (let bit = first; bit < last; bit++) {
      if (((bits >> bit) & 1) === 0) continue
      plane ??= new Uint8Array(length)
      plane[byte * 8 + bit - start] = 1
    }
  }
  return plane
}
