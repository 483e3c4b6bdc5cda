/** The `@cornerstonejs/codec-*` packages carry no types; what is used of them is declared here. */
declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  import type { LoadWasm } from '@engine/formats/dicom/codecs/wasm-module'
  const load: LoadWasm<'JpegLSDecoder'>
  export default load
}
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  import type { LoadWasm } from '@engine/formats/dicom/codecs/wasm-module'
  const load: LoadWasm<'J2KDecoder'>
  export default load
}
declare module '@cornerstonejs/codec-openjph/wasmjs' {
  import type { LoadWasm } from '@engine/formats/dicom/codecs/wasm-module'
  const load: LoadWasm<'HTJ2KDecoder'>
  export default load
}
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  import type { LoadWasm } from '@engine/formats/dicom/codecs/wasm-module'
  const load: LoadWasm<'JPEGDecoder'>
  export default load
}
