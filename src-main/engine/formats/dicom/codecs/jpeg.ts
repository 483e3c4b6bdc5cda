import type { FrameCodec } from '@engine/formats/dicom/codecs/codec'
import { decodeGreyJpeg } from '@engine/formats/dicom/codecs/jpeg-12/decode'
import { jpegFacts } from '@engine/formats/dicom/codecs/stream-size'
import { decodeWasm, wasmModule } from '@engine/formats/dicom/codecs/wasm-module'

const turbo = wasmModule(() => import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'), 'JPEGDecoder')

/** 8-bit JPEG (baseline, extended, progressive), colour as RGB; and grey 12-bit JPEG (extended). */
export const jpegCodec: FrameCodec = async (frame, pixels) => {
  const facts = jpegFacts(frame)
  if (facts !== null && facts.precision !== 8) {
    const { samples } = decodeGreyJpeg(frame)
    return { bytes: new Uint8Array(samples.buffer), bytesPerSample: 2, samples: 1, rgb: false }
  }
  const stream = pixels.photometric === 'RGB' && pixels.samples === 3 ? markedAsRgb(frame) : frame
  const { bytes, info } = await decodeJpeg(stream)
  return { bytes, bytesPerSample: 1, samples: info.componentCount, rgb: info.componentCount === 3 }
}

/** An 8-bit JPEG stream as grey or RGB bytes. */
export function decodeJpeg(stream: Uint8Array): ReturnType<typeof decodeWasm> {
  return decodeWasm(turbo, stream)
}

/**
 * Without a colour mark a JPEG decoder takes three components for YCbCr. When the header says RGB, an Adobe segment
 * "no transform" is put in, as the standard's encoders would have done.
 */
function markedAsRgb(stream: Uint8Array): Uint8Array {
  if (hasColourMark(stream)) return stream
  const adobe = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0]
  return new Uint8Array(Buffer.concat([stream.subarray(0, 2), Uint8Array.from(adobe), stream.subarray(2)]))
}

/** APP14 "Adobe" (14 bytes; shorter ones are ignored by decoders) or APP0 "JFIF" among the leading segments. */
function hasColourMark(stream: Uint8Array): boolean {
  let position = 2
  while (position + 4 <= stream.length && stream[position] === 0xff) {
    const marker = stream[position + 1]
    const length = (stream[position + 2] << 8) | stream[position + 3]
    if ((marker === 0xee && length >= 14) || marker === 0xe0) return true
    if (marker === 0xda || marker === 0xd9) return false
    position += 2 + Math.max(2, length)
  }
  return false
}
