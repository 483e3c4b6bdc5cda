import { createHash } from 'node:crypto'
import { Fault } from '@engine/fault'

/**
 * The answers of one unit as a file: a line of text, the length of a JSON list (32 bit, little endian), the list (an answer a question, by
 * key), then the float32 arrays it refers to by offset. The same answers give the same bytes.
 */
const magic = Buffer.from('saliscope cohort part 1\n')

/** Answers by question. */
export type Answers = ReadonlyMap<string, unknown>

interface FloatsPlace {
  readonly float32: readonly [offset: number, length: number]
}

/** Writes answers, whatever the order they came in. Arrays of numbers other than Float32Array become lists. */
export function encodePart(answers: Answers): Buffer {
  const floats: Float32Array[] = []
  let offset = 0
  const outlined = (value: unknown): unknown => {
    if (value instanceof Float32Array) {
      const place = { float32: [offset, value.length] }
      floats.push(value)
      offset += value.length
      return place
    }
    if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) }
    if (Array.isArray(value)) return value.map(outlined)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, outlined(item)]))
  }
  const list = [...answers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, outlined(value)])
  const text = Buffer.from(JSON.stringify(list))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  const bytes = floats.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength))
  return Buffer.concat([magic, length, text, ...bytes])
}

/** A part as it lies on disk: its answers are made when they are asked for. */
export interface PartContent {
  readonly sha256: string
  readonly keys: readonly string[]
  answer(key: string): unknown
}

/** Opens a part; `floats` reads numbers of the file from a byte on. Throws Fault `bad-file` for anything that is no whole part. */
export function openPart(bytes: Buffer, floats: (byte: number, length: number) => Float32Array): PartContent {
  const start = magic.length + 4
  if (bytes.length < start || !bytes.subarray(0, magic.length).equals(magic)) throw damaged()
  const end = start + bytes.readUInt32LE(magic.length)
  if (end > bytes.length) throw damaged()
  const list = parsed(bytes.subarray(start, end))
  const room = (bytes.length - end) / Float32Array.BYTES_PER_ELEMENT
  const restored = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(restored)
    if (typeof value !== 'object' || value === null) return value
    if ('number' in value && typeof value.number === 'string') return Number(value.number)
    if (isPlace(value)) {
      const [offset, length] = value.float32
      if (!(offset >= 0 && length >= 0 && offset + length <= room)) throw damaged()
      return floats(end + offset * Float32Array.BYTES_PER_ELEMENT, length)
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restored(item)]))
  }
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    keys: [...list.keys()],
    answer: (key) => restored(list.get(key))
  }
}

function parsed(text: Buffer): Map<string, unknown> {
  try {
    const list: unknown = JSON.parse(text.toString())
    if (Array.isArray(list) && list.every((entry) => Array.isArray(entry) && typeof entry[0] === 'string'))
      return new Map(list as [string, unknown][])
  } catch {
    // Said below: a list that cannot be read is a damaged part.
  }
  throw damaged()
}

function isPlace(value: object): value is FloatsPlace {
  return 'float32' in value && Array.isArray(value.float32) && value.float32.length === 2
}

function damaged(): Fault {
  return new Fault('bad-file', 'A part of the cohort is damaged.', { hint: 'Remove it and run its shard again.' })
}
