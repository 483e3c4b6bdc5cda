import { Decoder } from '@cornerstonejs/jpeg-lossless-decoder-js'
import type { FrameCodec } from '@engine/formats/dicom/codecs/codec'
import { jpegFacts } from '@engine/formats/dicom/codecs/stream-size'

/** Lossless JPEG (process 14), 2 to 16 bits, grey or RGB as stored: this process knows no colour transform. */
export const jpegLosslessCodec: FrameCodec = async (frame, pixels) => {
  const facts = jpegFacts(frame)
  // The decoder reads the whole buffer behind a view; it gets one of its own.
  const own = frame.slice()
  const decoded = new Uint8Array(new Decoder().decompress(own.buffer, 0, own.length))
  const samples = facts?.components ?? pixels.samples
  const bytesPerSample = decoded.length / (pixels.rows * pixels.columns * samples)
  return { bytes: decoded, bytesPerSample, samples, rgb: false }
}
