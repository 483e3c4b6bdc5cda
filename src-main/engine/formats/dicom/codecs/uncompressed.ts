import { Fault } from '@engine/fault'
import type { FrameCodec } from '@engine/formats/dicom/codecs/codec'
import { interleavePlanes } from '@engine/formats/dicom/colour'
import { isSubsampled, nativeLength, unpackBits } from '@engine/formats/dicom/native-frames'

/** Encapsulated uncompressed: every frame is a native frame in little endian, each beginning at a byte. Source: DICOM PS3.5 annex A.4.11. */
export const uncompressedCodec: FrameCodec = async (frame, pixels) => {
  const one = { ...pixels, frames: 1 }
  const needed = nativeLength(one)
  if (frame.length < needed) throw new Fault('bad-image', `a frame holds ${frame.length} of ${needed} bytes`)
  if (isSubsampled(pixels)) throw new Fault('unsupported-file', 'its colours are shared between pixels')
  const bytesPerSample = Math.max(1, pixels.bitsAllocated / 8)
  if (pixels.bitsAllocated === 1) return { bytes: unpackBits(frame, one), bytesPerSample, samples: 1, rgb: false }
  const bytes = frame.slice(0, needed)
  return { bytes: sideBySide(bytes, one), bytesPerSample, samples: pixels.samples, rgb: false }
}

function sideBySide(bytes: Uint8Array, pixels: Parameters<FrameCodec>[1]): Uint8Array {
  if (pixels.samples !== 3 || !pixels.planar) return bytes
  const count = pixels.rows * pixels.columns
  if (pixels.bitsAllocated === 8) return interleavePlanes(bytes, count)
  const type = pixels.bitsAllocated === 16 ? Uint16Array : Uint32Array
  return new Uint8Array(
    interleavePlanes<Uint16Array | Uint32Array>(new type(bytes.buffer as ArrayBuffer), count).buffer
  )
}
