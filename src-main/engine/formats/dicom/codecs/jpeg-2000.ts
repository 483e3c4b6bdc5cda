import type { DecodedFrame, FrameCodec } from '@engine/formats/dicom/codecs/codec'
import { decodeWasm, wasmModule, type WasmModule } from '@engine/formats/dicom/codecs/wasm-module'

const openjpeg = wasmModule(() => import('@cornerstonejs/codec-openjpeg/decodewasmjs'), 'J2KDecoder')
const openjph = wasmModule(() => import('@cornerstonejs/codec-openjph/wasmjs'), 'HTJ2KDecoder')

/** JPEG 2000, reversible and irreversible; colour transforms inside the stream are undone by the codec. */
export const jpeg2000Codec: FrameCodec = (frame) => decoded(openjpeg, frame)

/** High-throughput JPEG 2000. */
export const htj2kCodec: FrameCodec = (frame) => decoded(openjph, frame)

async function decoded(module: WasmModule, frame: Uint8Array): Promise<DecodedFrame> {
  const { bytes, info } = await decodeWasm(module, frame)
  return {
    bytes,
    bytesPerSample: info.bitsPerSample > 16 ? 4 : info.bitsPerSample > 8 ? 2 : 1,
    samples: info.componentCount,
    rgb: false
  }
}
