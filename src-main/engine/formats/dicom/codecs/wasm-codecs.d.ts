/** The `@cornerstonejs/codec-*` packages carry no types; what is used of them is declared here. */
declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const load: import('@engine/formats/dicom/codecs/wasm-module').LoadWasm<'JpegLSDecoder'>
  export default load
}
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const load: import('@engine/formats/dicom/codecs/wasm-module').LoadWasm<'J2KDecoder'>
  export default load
}
declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const load: import('@engine/formats/dicom/codecs/wasm-module').LoadWasm<'HTJ2KDecoder'>
  export default load
}
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  const load: import('@engine/formats/dicom/codecs/wasm-module').LoadWasm<'JPEGDecoder'>
  export default load
}
