/** Frame description of the WebAssembly codecs. */
export interface WasmFrameInfo {
  readonly width: number
  readonly height: number
  readonly bitsPerSample: number
  readonly componentCount: number
  readonly isSigned?: boolean
}

/** A decoder object inside WebAssembly memory; must be deleted. */
export interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array
  getDecodedBuffer(): Uint8Array
  decode(): void
  getFrameInfo(): WasmFrameInfo
  /** JPEG-LS: 0 planes, 1 lines, 2 samples; the decoder writes lines and samples side by side. */
  getInterleaveMode?(): number
  delete(): void
}

/** Starts a codec's WebAssembly module; the callbacks keep its chatter off the console. */
export type LoadWasm<Name extends string> = (settings: {
  print: (text: string) => void
  printErr: (text: string) => void
}) => Promise<Record<Name, new () => WasmDecoder>>

/** A started codec, and a way to forget it: after a failure inside WebAssembly its memory cannot be trusted. */
export interface WasmModule {
  create(): Promise<WasmDecoder>
  forget(): void
}

/** A codec that is started on first use and shared by all frames of this thread. */
export function wasmModule<Name extends string>(
  load: () => Promise<{ default: LoadWasm<Name> }>,
  decoder: Name
): WasmModule {
  let started: Promise<Record<Name, new () => WasmDecoder>> | null = null
  const silent = (): void => undefined
  return {
    async create() {
      started ??= load().then((module) => module.default({ print: silent, printErr: silent }))
      const module = await started
      return new module[decoder]()
    },
    forget() {
      started = null
    }
  }
}

/** Decodes one stream and copies the result out of WebAssembly memory. */
export async function decodeWasm(
  module: WasmModule,
  stream: Uint8Array
): Promise<{ bytes: Uint8Array; info: WasmFrameInfo; interleave: number }> {
  const decoder = await module.create()
  try {
    decoder.getEncodedBuffer(stream.length).set(stream)
    decoder.decode()
    const info = decoder.getFrameInfo()
    const interleave = decoder.getInterleaveMode?.() ?? 2
    const bytes = decoder.getDecodedBuffer().slice()
    decoder.delete()
    return { bytes, info: { ...info }, interleave }
  } catch (thrown) {
    module.forget()
    throw thrown
  }
}
