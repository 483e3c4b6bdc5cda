import type { FaultReport } from '@shared/fault'
import { asFault, faultOf } from '@engine/fault'
import { decodeSource } from '@engine/formats/decode-source'
import { discard } from '@engine/formats/discard'
import type { ImageContent, ReadOptions } from '@engine/formats/format'
import { readSourceFile } from '@engine/formats/source-file'

/** Reads and decodes a file; where it runs (this thread, a worker) is the caller's choice. What comes back is the caller's own. */
export type DecodeFile = (path: string, options: ReadOptions) => Promise<ImageContent>

/** Decoding in the calling thread. */
export const decodeHere: DecodeFile = async (path, options) => {
  const source = await readSourceFile(path)
  const content = await decodeSource({ ...source, mayChange: true }, options)
  if (buffersOf(content).every((buffer) => buffer !== source.bytes.buffer)) discard(source.bytes)
  return content
}

let chosen: DecodeFile = decodeHere

/** Sets where files are decoded when the caller does not say; called once when a process starts, with the decoder of a pool. */
export function decodeWith(decode: DecodeFile): void {
  chosen = decode
}

/** Decodes where the process decided. */
export const decodeFile: DecodeFile = (path, options) => chosen(path, options)

/** What goes to a worker thread and what comes back: a Fault would lose its class on the way. */
export interface DecodeRequest {
  readonly path: string
  readonly options: ReadOptions
}
export type DecodeAnswer =
  { readonly content: ImageContent; readonly fault: null } | { readonly content: null; readonly fault: FaultReport }

/** Task of a worker pool (piscina calls a worker's default export): never rejects. */
export default async function decodeTask(request: DecodeRequest): Promise<DecodeAnswer> {
  try {
    return { content: await decodeHere(request.path, request.options), fault: null }
  } catch (thrown) {
    return { content: null, fault: asFault(thrown).report() }
  }
}

/** Buffers of an answer that a worker may hand over without copying. */
export function transferables(answer: DecodeAnswer): ArrayBuffer[] {
  return answer.content === null ? [] : buffersOf(answer.content)
}

function buffersOf({ values, volumes }: ImageContent): ArrayBuffer[] {
  const arrays = [values, ...volumes.map(({ volume }) => volume.voxels)]
  return [...new Set(arrays.map((array) => array.buffer as ArrayBuffer))]
}

/** Decoding through a pool: `run` sends a request to `decodeTask` in a worker; faults get their class back here. */
export function decodeThrough(run: (request: DecodeRequest) => Promise<DecodeAnswer>): DecodeFile {
  return async (path, options) => {
    // Callers may pass options of their own along; only ours can cross to a thread.
    const { content, fault } = await run({
      path,
      options: {
        decodedLimitBytes: options.decodedLimitBytes,
        array: options.array,
        volume: options.volume,
        frames: options.frames,
        spacingMm: options.spacingMm
      }
    })
    if (fault === null) return content
    throw faultOf(fault)
  }
}
