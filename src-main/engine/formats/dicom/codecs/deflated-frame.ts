import { inflateRawSync } from 'node:zlib'
import { Fault } from '@engine/fault'
import { frameSamples, type FrameCodec } from '@engine/formats/dicom/codecs/codec'

/** Deflated Image Frame: each frame is a raw deflate stream of the native frame, bits packed. Source: DICOM PS3.5 annex A.4.12. */
export const deflatedFrameCodec: FrameCodec = async (frame, pixels) => {
  const samples = frameSamples(pixels)
  const packedBits = pixels.bitsAllocated === 1
  const width = packedBits ? 1 : pixels.bitsAllocated / 8
  const needed = packedBits ? Math.ceil(samples / 8) : samples * width
  // One byte of padding is allowed, more is not a frame of this image.
  const native = inflateRawSync(frame, { maxOutputLength: needed + 1 })
  if (native.length < needed) throw new Fault('bad-image', `a frame holds ${native.length} of ${needed} bytes`)
  const bytes = packedBits
    ? Uint8Array.from({ length: samples }, (_, index) => (native[index >> 3] >> (index & 7)) & 1)
    : new Uint8Array(native.subarray(0, needed))
  return { bytes, bytesPerSample: width, samples: pixels.samples, rgb: false }
}
