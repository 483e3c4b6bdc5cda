import { Fault } from '@engine/fault'
import * as v from 'valibot'
import { SegmentChange } from '@shared/drawing'
import type { Delta } from '@shared/drawing/deltas'

/** What an entry of the journal does: both parts undo themselves. */
export interface EntryPayload {
  readonly deltas: readonly Delta[]
  readonly changes: readonly SegmentChange[]
}

const Head = v.object({
  changes: v.array(SegmentChange),
  /** Segment, slice and count of numbers of every delta; the numbers follow as variable-length integers. */
  deltas: v.array(v.tuple([v.string(), v.number(), v.number()]))
})

/** As bytes: length of the head (4, little endian), head as JSON, run lengths in 7-bit groups, least significant first. */
export function encodePayload({ deltas, changes }: EntryPayload): Uint8Array {
  const head = Buffer.from(
    JSON.stringify({ changes, deltas: deltas.map(({ segment, slice, runs }) => [segment, slice, runs.length]) })
  )
  const numbers = deltas.reduce((sum, { runs }) => sum + runs.length, 0)
  // A 32-bit number takes five groups at most.
  const bytes = new Uint8Array(4 + head.length + 5 * numbers)
  new DataView(bytes.buffer).setUint32(0, head.length, true)
  bytes.set(head, 4)
  let at = 4 + head.length
  for (const { runs } of deltas) {
    for (let value of runs) {
      while (value > 127) {
        bytes[at++] = (value & 127) | 128
        value >>>= 7
      }
      bytes[at++] = value
    }
  }
  return bytes.slice(0, at)
}

/** Throws Fault `bad-workspace` when the bytes are not what `encodePayload` wrote. */
export function decodePayload(bytes: Uint8Array): EntryPayload {
  if (bytes.length < 4) throw damaged()
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  if (length > bytes.length - 4) throw damaged()
  const head = readHead(bytes.subarray(4, 4 + length))
  const reader = { at: 4 + length }
  const deltas = head.deltas.map(([segment, slice, count]) => {
    // Every number takes one byte at least: no allocation beyond what is there.
    if (!Number.isInteger(count) || count < 0 || count > bytes.length - reader.at) throw damaged()
    const runs = new Uint32Array(count)
    for (let index = 0; index < count; index++) runs[index] = readNumber(bytes, reader)
    return { segment, slice, runs }
  })
  if (reader.at !== bytes.length) throw damaged()
  return { deltas, changes: head.changes }
}

function readHead(bytes: Uint8Array): v.InferOutput<typeof Head> {
  try {
    return v.parse(Head, JSON.parse(Buffer.from(bytes).toString('utf8')))
  } catch (cause) {
    throw damaged(cause)
  }
}

function readNumber(bytes: Uint8Array, reader: { at: number }): number {
  let [value, shift] = [0, 0]
  for (;;) {
    if (reader.at >= bytes.length || shift > 28) throw damaged()
    const byte = bytes[reader.at++]
    value += (byte & 127) * 2 ** shift
    if (byte < 128) return value
    shift += 7
  }
}

function damaged(cause?: unknown): Fault {
  return new Fault('bad-workspace', 'An entry of a drawing is damaged.', {
    hint: 'Run "saliscope verify" on the workspace, and restore a backup.',
    cause
  })
}
