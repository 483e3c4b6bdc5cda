import { inflateSync } from 'node:zlib'
import { Fault } from '@engine/fault'
import { isErrorCode } from '@engine/formats/error-code'

export const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const

export interface PngFacts {
  readonly width: number
  readonly height: number
  readonly depth: number
  /** PNG colour type: 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA. */
  readonly colourType: number
  readonly interlaced: boolean
  /** The same picture with nothing but the chunks that make it up. */
  readonly essential: Uint8Array
  /** Filtered rows, unpacked. */
  readonly raw: Uint8Array
  /** Red, green and blue of each index. */
  readonly palette: Uint8Array | null
  /** Opacity of each index, or the one colour that is clear. */
  readonly transparency: Uint8Array | null
  /** Pixels a millimetre across and down; null when not stated. */
  readonly perMm: readonly [number, number] | null
}

type PngHeader = Pick<PngFacts, 'width' | 'height' | 'depth' | 'colourType' | 'interlaced'>

const kept = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'])
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/**
 * Walks the chunks, keeps the essential ones and proves that the picture unpacks to no more than its header says,
 * so that the decoder is never given a bomb. Throws Fault `bad-image` or `too-large`.
 * Source: PNG specification, third edition, sections 5 and 11.
 */
export function checkedPng(bytes: Uint8Array, name: string, limitBytes: number): PngFacts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: Uint8Array[] = [bytes.subarray(0, 8)]
  const packed: Uint8Array[] = []
  const more = new Map<string, Uint8Array>()
  let header: Uint8Array | null = null
  let position = 8
  while (position + 12 <= bytes.length) {
    const length = view.getUint32(position)
    const type = String.fromCharCode(...bytes.subarray(position + 4, position + 8))
    const end = position + 12 + length
    if (end > bytes.length) throw damaged(name, 'it ends in the middle of a part')
    const body = bytes.subarray(position + 8, position + 8 + length)
    if (type === 'IHDR') header = body
    if (type === 'IDAT') packed.push(body)
    if (!more.has(type)) more.set(type, body)
    if (kept.has(type)) parts.push(bytes.subarray(position, end))
    position = end
    if (type === 'IEND') break
  }
  if (header === null || header.length !== 13) throw damaged(name, 'its header is missing')
  if (packed.length === 0) throw damaged(name, 'it holds no picture')
  const facts = readHeader(header, name, limitBytes)
  const raw = honestlyUnpacked(packed, facts, name)
  return {
    ...facts,
    essential: Buffer.concat(parts),
    raw,
    palette: more.get('PLTE') ?? null,
    transparency: more.get('tRNS') ?? null,
    perMm: resolution(more.get('pHYs'))
  }
}

function readHeader(header: Uint8Array, name: string, limitBytes: number): PngHeader {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
  const [width, height, depth, colourType] = [view.getUint32(0), view.getUint32(4), header[8], header[9]]
  if (width === 0 || height === 0) throw damaged(name, 'its width or height is zero')
  if (channelsOf[colourType] === undefined || ![1, 2, 4, 8, 16].includes(depth)) {
    throw damaged(name, 'its header states an impossible kind of pixels')
  }
  if (BigInt(width) * BigInt(height) * BigInt(channelsOf[colourType] * 2) > BigInt(limitBytes)) {
    throw new Fault('too-large', `“${name}” claims ${width} × ${height} pixels, more than can be held in memory.`, {
      subject: name,
      hint: `At most ${Math.round(limitBytes / 2 ** 20)} MiB are read from one file.`
    })
  }
  return { width, height, depth, colourType, interlaced: header[12] === 1 }
}

function honestlyUnpacked(packed: readonly Uint8Array[], facts: PngHeader, name: string): Uint8Array {
  const rowBytes = Math.ceil((facts.width * channelsOf[facts.colourType] * facts.depth) / 8) + 1
  // Interlaced pictures have up to seven partial rows more for every eight.
  const most = facts.height * rowBytes * 2 + 1024
  try {
    return inflateSync(Buffer.concat(packed), { maxOutputLength: most })
  } catch (thrown) {
    const why = isErrorCode(thrown, 'ERR_BUFFER_TOO_LARGE')
      ? 'it unpacks to more than its size says'
      : 'its pixels cannot be unpacked'
    throw damaged(name, why, thrown)
  }
}

/** Pixels a millimetre, where the file states them in metres. Source: PNG specification, section 11.3.4.3. */
function resolution(body: Uint8Array | undefined): [number, number] | null {
  if (body?.length !== 9 || body[8] !== 1) return null
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const [x, y] = [view.getUint32(0) / 1000, view.getUint32(4) / 1000]
  return x > 0 && y > 0 ? [x, y] : null
}

function damaged(name: string, reason: string, cause?: unknown): Fault {
  return new Fault('bad-image', `“${name}” is not a readable PNG: ${reason}.`, {
    subject: name,
    hint: 'Save the picture again as PNG.',
    cause
  })
}
