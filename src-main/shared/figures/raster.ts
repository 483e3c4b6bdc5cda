import type { Shape } from './scene'

/** `sequential`: 0 to `high`; `signed`: −`high` to `high`. */
export type RasterScale = 'sequential' | 'signed'

/** A grid of values as coloured pixels, row by row; `high` is the value at the upper end of the colours. */
export interface Raster {
  kind: 'raster'
  x: number
  y: number
  width: number
  height: number
  columns: number
  rows: number
  values: readonly number[]
  scale: RasterScale
  high: number
}

/** Colours from the low to the high end as red, green, blue. */
const tables: Readonly<Record<RasterScale, Uint8Array>> = {
  sequential: tableOf(
    '000004 0b0724 210c4a 3d0965 57106e 71196e 8a226a a32c61 bc3754 d04545 e35933 f1711f f98c0a fcaa0f f9c932 f2e865 fcffa4'
  ),
  signed: darkInTheMiddle(
    tableOf(
      'b1d5ff 84c1ff 42aeff 0599ea 0284cb 0271af 005e92 014a75 00385a 552a00 703800 8b4700 a85600 c56601 df760a f88b27 ffa864 ffc69d'
    )
  )
}

/** Nothing for and nothing against is black, so that values about 0 do not look like regions. */
function darkInTheMiddle(table: Uint8Array): Uint8Array {
  const middle = (table.length / 3 - 1) / 2

  return table.map((part, index) =>
    Math.round(part * Math.min(1, Math.abs(Math.floor(index / 3) - middle) / (0.15 * middle)))
  )
}

/** 256 colours between anchors of the viewer's tables, which lie among the resources. */
function tableOf(anchors: string): Uint8Array {
  const known = anchors.split(' ').map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)))

  return Uint8Array.from({ length: 3 * 256 }, (_, index) => {
    const place = (Math.floor(index / 3) / 255) * (known.length - 1)
    const low = Math.min(known.length - 2, Math.floor(place))
    const [from, to] = [known[low][index % 3], known[low + 1][index % 3]]

    return Math.round(from + (place - low) * (to - from))
  })
}

/** Place of a value in the table of colours. */
function levelOf(value: number, { scale, high }: Pick<Raster, 'scale' | 'high'>): number {
  const share = high > 0 ? (scale === 'signed' ? 0.5 + value / (2 * high) : value / high) : scale === 'signed' ? 0.5 : 0
  const last = tables[scale].length / 3 - 1

  return Math.round(Math.min(1, Math.max(0, share)) * last)
}

/** Red, green, blue, opaque: four bytes a pixel. */
export function rasterPixels(raster: Raster): Uint8ClampedArray {
  const table = tables[raster.scale]
  const pixels = new Uint8ClampedArray(4 * raster.values.length)
  raster.values.forEach((value, index) => {
    const level = 3 * levelOf(value, raster)
    pixels.set([table[level], table[level + 1], table[level + 2], 255], 4 * index)
  })

  return pixels
}

/** The pixels as a PNG with a palette, in a `data:` address (W3C PNG, colour type 3). */
export function rasterAddress(raster: Raster): string {
  const { columns, rows, values } = raster
  const lines = new Uint8Array(rows * (columns + 1))
  values.forEach((value, index) => {
    const row = Math.floor(index / columns)
    lines[row * (columns + 1) + 1 + (index % columns)] = levelOf(value, raster)
  })
  const head = new Uint8Array(13)
  const view = new DataView(head.buffer)
  view.setUint32(0, columns)
  view.setUint32(4, rows)
  head.set([8, 3, 0, 0, 0], 8)
  const bytes = [
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk('IHDR', head),
    chunk('PLTE', tables[raster.scale]),
    chunk('IDAT', stored(lines)),
    chunk('IEND', new Uint8Array(0))
  ].flatMap((part) => [...part])

  return `data:image/png;base64,${base64(bytes)}`
}

const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** RFC 4648 §4; page and engine have an encoder each, what they share has none. */
function base64(bytes: readonly number[]): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]]
    text += signs[a >> 2] + signs[((a & 3) << 4) | ((b ?? 0) >> 4)]
    text += b === undefined ? '=' : signs[((b & 15) << 2) | ((c ?? 0) >> 6)]
    text += c === undefined ? '=' : signs[c & 63]
  }

  return text
}

function chunk(name: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, body.length)
  bytes.set(
    [...name].map((letter) => letter.charCodeAt(0)),
    4
  )
  bytes.set(body, 8)
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)))

  return bytes
}

/** A zlib stream of stored blocks (RFC 1950, 1951 3.2.4): figures are small, and the shared layer has no compressor. */
function stored(bytes: Uint8Array): Uint8Array {
  const parts: number[] = [0x78, 0x01]
  let [a, b] = [1, 0]
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  for (let at = 0; at < bytes.length; at += 65535) {
    const block = bytes.subarray(at, at + 65535)
    const size = block.length
    parts.push(Number(at + size >= bytes.length), size & 255, size >> 8, ~size & 255, (~size >> 8) & 255, ...block)
  }

  return Uint8Array.from([...parts, b >> 8, b & 255, a >> 8, a & 255])
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }

  return (crc ^ 0xffffffff) >>> 0
}

/** An upright colour bar with the values of its ends beside it. */
export function colourBar(
  at: { x: number; y: number; height: number },
  { scale, high }: Pick<Raster, 'scale' | 'high'>,
  words: readonly { readonly value: number; readonly text: string }[]
): Shape[] {
  const low = scale === 'signed' ? -high : 0
  const steps = 64
  const values = Array.from({ length: steps }, (_, step) => high - ((step + 0.5) / steps) * (high - low))
  const bar: Raster = { kind: 'raster', ...at, width: 12, columns: 1, rows: steps, values, scale, high }
  const label = ({ value, text }: { value: number; text: string }): Shape => ({
    kind: 'text',
    x: at.x + 17,
    y: at.y + 4 + (high > low ? ((high - value) / (high - low)) * at.height : 0),
    words: text,
    tone: 'quiet',
    anchor: 'start'
  })

  return [bar, { ...at, kind: 'rect', width: 12, tone: 'axis', filled: false }, ...words.map(label)]
}
