import { createGunzip } from 'node:zlib'
import { Fault } from '@engine/fault'

/** True for the gzip magic number. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8
}

export interface Unpacked {
  /** At most `limit` bytes. */
  readonly bytes: Uint8Array
  /** False when the stream holds more than `limit` bytes; its checksum is then not seen. */
  readonly complete: boolean
}

/** Deflate cannot pack better than 1032:1, so a larger claim about the content is a lie (RFC 1951). */
const bestRatio = 1032

/**
 * Unpacks gzip off the calling thread, in pieces, and stops after `limit` bytes: a bomb costs no more than what was asked for.
 * Throws Fault `bad-file` for a damaged or cut stream (a cut one is fine when enough bytes came out).
 */
export function gunzipUpTo(packed: Uint8Array, limit: number, name: string): Promise<Unpacked> {
  return gunzipRange(packed, { from: 0, to: limit }, name)
}

/** The same for bytes `from` to `to` of what comes out; those before are thrown away as they come. */
export async function gunzipRange(
  packed: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
  name: string
): Promise<Unpacked> {
  const room = Math.max(0, Math.min(to, packed.length * bestRatio + 1024) - from)
  const bytes = new Uint8Array(room)
  let filled = 0
  let skip = from
  let complete = true
  const stream = createGunzip({ chunkSize: Math.min(2 ** 20, Math.max(1024, room)) })
  try {
    stream.end(packed)
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const wanted = chunk.subarray(Math.min(skip, chunk.length))
      skip -= chunk.length - wanted.length
      const piece = wanted.subarray(0, room - filled)
      bytes.set(piece, filled)
      filled += piece.length
      if (piece.length < wanted.length) {
        complete = false
        break
      }
    }
  } catch (thrown) {
    throw new Fault('bad-file', `“${name}” is damaged: its gzip part cannot be unpacked.`, {
      subject: name,
      hint: 'Copy the file again from its source.',
      cause: thrown
    })
  } finally {
    stream.destroy()
  }
  return { bytes: bytes.subarray(0, filled), complete }
}

/** The first bytes of what a gzip file holds; empty when it is damaged. For recognising files only. */
export async function gunzipHead(head: Uint8Array, length: number): Promise<Uint8Array> {
  const bytes = await firstOutput(head, length)
  // A short file with a wrong checksum gives nothing at all; without its last eight bytes it is merely cut.
  return bytes.length > 0 || head.length < 18 ? bytes : firstOutput(head.subarray(0, -8), length)
}

async function firstOutput(head: Uint8Array, length: number): Promise<Uint8Array> {
  const stream = createGunzip({ chunkSize: length })
  const bytes = new Uint8Array(length)
  let filled = 0
  try {
    // Ending the cut stream makes it fail after its last output, so that a head without any output cannot wait for ever.
    stream.end(head)
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const piece = chunk.subarray(0, length - filled)
      bytes.set(piece, filled)
      filled += piece.length
      if (filled === length) break
    }
  } catch {
    // What came out before the cut is what there is to see.
  } finally {
    stream.destroy()
  }
  return bytes.subarray(0, filled)
}

/** Bytes a packed file may grow to: 200 times its size, 1 GiB at most; a small file may always reach 16 MiB. */
export function unpackedLimit(packedBytes: number): number {
  return Math.min(2 ** 30, Math.max(2 ** 24, 200 * packedBytes))
}

/** A whole gzip file unpacked. Throws Fault `too-large` past `unpackedLimit`, `bad-file` when damaged. */
export async function gunzipFile(packed: Uint8Array, name: string): Promise<Uint8Array> {
  const { bytes, complete } = await gunzipUpTo(packed, unpackedLimit(packed.length), name)
  if (complete) return bytes
  throw new Fault('too-large', `“${name}” unpacks to more than 200 times its size.`, {
    subject: name,
    hint: 'Such a file is damaged or made to fill the memory; unpack it with a trusted tool first.'
  })
}
