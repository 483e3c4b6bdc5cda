import { interleavePlanes } from '@engine/formats/dicom/colour'
import type { FrameCodec } from '@engine/formats/dicom/codecs/codec'
import { decodeWasm, wasmModule } from '@engine/formats/dicom/codecs/wasm-module'

const charls = wasmModule(() => import('@cornerstonejs/codec-charls/decodewasmjs'), 'JpegLSDecoder')

/** JPEG-LS, lossless and near-lossless. */
export const jpegLsCodec: FrameCodec = async (frame, pixels) => {
  const { bytes, info, interleave } = await decodeWasm(charls, frame)
  const bytesPerSample = info.bitsPerSample > 8 ? 2 : 1
  const planes = info.componentCount === 3 && interleave === 0
  return {
    bytes: planes ? sideBySide(bytes, bytesPerSample, pixels.rows * pixels.columns) : bytes,
    bytesPerSample,
    samples: info.componentCount,
    rgb: false
  }
}

function sideBySide(bytes: Uint8Array, bytesPerSample: number, framePixels: number): Uint8Array {
  if (bytesPerSample === 1) return interleavePlanes(bytes, framePixels)
  const words = interleavePlanes(new Uint16Array(bytes.slice().buffer), framePixels)
  return new Uint8Array(words.buffer)
}
