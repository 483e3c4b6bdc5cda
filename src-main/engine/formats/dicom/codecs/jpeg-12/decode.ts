import { Fault } from '@engine/fault'
import { BitReader, huffmanTable, type HuffmanTable } from '@engine/formats/dicom/codecs/jpeg-12/huffman'
import { inverseDct, zigzag } from '@engine/formats/dicom/codecs/jpeg-12/inverse-dct'

/** A decoded grey picture. */
export interface GreyPicture {
  readonly width: number
  readonly height: number
  readonly samples: Uint16Array
}

interface Tables {
  readonly quantisation: Map<number, Float64Array>
  readonly dc: Map<number, HuffmanTable>
  readonly ac: Map<number, HuffmanTable>
  restartInterval: number
  frame: {
    readonly width: number
    readonly height: number
    readonly precision: number
    readonly quantiser: number
  } | null
}

/**
 * Sequential JPEG of one component with 8 or 12 bits (processes 2 and 4), which no maintained package for Node decodes.
 * Throws Fault `bad-image` for damage and `unsupported-file` for other processes. Source: ITU-T T.81 annexes B and F.
 */
export function decodeGreyJpeg(stream: Uint8Array): GreyPicture {
  const tables: Tables = { quantisation: new Map(), dc: new Map(), ac: new Map(), restartInterval: 0, frame: null }
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength)
  let position = 2
  while (position + 4 <= stream.length) {
    const marker = stream[position + 1]
    if (stream[position] !== 0xff || marker === 0xff || marker === 0) {
      // Fill bytes are allowed between segments; anything else there is skipped as other decoders do.
      position++
      continue
    }
    const length = view.getUint16(position + 2)
    const body = stream.subarray(position + 4, position + 2 + length)
    if (marker === 0xda) return decodeScan(stream, position + 2 + length, { tables, header: body })
    readSegment(marker, body, tables)
    position += 2 + Math.max(2, length)
  }
  throw new Fault('bad-image', 'the JPEG stream holds no picture')
}

function readSegment(marker: number, body: Uint8Array, tables: Tables): void {
  if (marker === 0xdb) readQuantisation(body, tables)
  else if (marker === 0xc4) readHuffman(body, tables)
  else if (marker === 0xdd) tables.restartInterval = (body[0] << 8) | body[1]
  else if (marker === 0xc0 || marker === 0xc1) readFrame(body, tables)
  else if (marker >= 0xc2 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
    throw new Fault('unsupported-file', 'this JPEG process cannot be read')
  }
}

function readQuantisation(body: Uint8Array, tables: Tables): void {
  let position = 0
  while (position < body.length) {
    const wide = body[position] >> 4 !== 0
    const table = new Float64Array(64)
    const id = body[position++] & 15
    for (let k = 0; k < 64; k++) {
      table[zigzag[k]] = wide ? (body[position] << 8) | body[position + 1] : body[position]
      position += wide ? 2 : 1
    }
    tables.quantisation.set(id, table)
  }
}

function readHuffman(body: Uint8Array, tables: Tables): void {
  let position = 0
  while (position + 17 <= body.length) {
    const kind = body[position]
    const counts = body.subarray(position + 1, position + 17)
    const total = counts.reduce((sum, count) => sum + count, 0)
    const table = huffmanTable(counts, body.subarray(position + 17, position + 17 + total))
    const target = kind >> 4 === 0 ? tables.dc : tables.ac
    target.set(kind & 15, table)
    position += 17 + total
  }
}

function readFrame(body: Uint8Array, tables: Tables): void {
  const [precision, components] = [body[0], body[5]]
  if (components !== 1) throw new Fault('unsupported-file', `${precision}-bit JPEG in colour cannot be read`)
  tables.frame = {
    precision,
    height: (body[1] << 8) | body[2],
    width: (body[3] << 8) | body[4],
    quantiser: body[8]
  }
}

interface Scan {
  readonly tables: Tables
  /** Body of the start-of-scan segment: component count, then id and table numbers. */
  readonly header: Uint8Array
}

function decodeScan(stream: Uint8Array, start: number, scan: Scan): GreyPicture {
  const { frame, quantisation, restartInterval } = scan.tables
  const dc = scan.tables.dc.get(scan.header[2] >> 4)
  const ac = scan.tables.ac.get(scan.header[2] & 15)
  const quantiser = frame === null ? undefined : quantisation.get(frame.quantiser)
  if (frame === null || dc === undefined || ac === undefined || quantiser === undefined) {
    throw new Fault('bad-image', 'the JPEG stream lacks its tables')
  }
  const { width, height, precision } = frame
  const samples = new Uint16Array(width * height)
  const bits = new BitReader(stream, start)
  const block = new Float64Array(64)
  const columns = Math.ceil(width / 8)
  const blocks = columns * Math.ceil(height / 8)
  let prediction = 0
  for (let index = 0; index < blocks; index++) {
    if (restartInterval > 0 && index > 0 && index % restartInterval === 0) {
      bits.restart()
      prediction = 0
    }
    prediction = readBlock(bits, block, { dc, ac, quantiser, prediction })
    inverseDct(block)
    placeBlock(block, samples, {
      width,
      height,
      precision,
      x: (index % columns) * 8,
      y: Math.floor(index / columns) * 8
    })
  }
  return { width, height, samples }
}

interface BlockTables {
  readonly dc: HuffmanTable
  readonly ac: HuffmanTable
  readonly quantiser: Float64Array
  readonly prediction: number
}

/** Dequantised coefficients of one block in natural order; returns the new DC prediction. Source: T.81 F.2.2. */
function readBlock(bits: BitReader, block: Float64Array, tables: BlockTables): number {
  block.fill(0)
  const dc = tables.prediction + bits.signed(bits.symbol(tables.dc) & 15)
  block[0] = dc * tables.quantiser[0]
  for (let k = 1; k < 64; k++) {
    const symbol = bits.symbol(tables.ac)
    const size = symbol & 15
    if (size === 0 && symbol !== 0xf0) break
    k += symbol >> 4
    if (k > 63) break
    if (size > 0) block[zigzag[k]] = bits.signed(size) * tables.quantiser[zigzag[k]]
  }
  return dc
}

interface Place {
  readonly width: number
  readonly height: number
  readonly precision: number
  readonly x: number
  readonly y: number
}

function placeBlock(block: Float64Array, samples: Uint16Array, place: Place): void {
  const middle = 2 ** (place.precision - 1)
  const most = 2 ** place.precision - 1
  for (let row = 0; row < 8 && place.y + row < place.height; row++) {
    const start = (place.y + row) * place.width + place.x
    for (let column = 0; column < 8 && place.x + column < place.width; column++) {
      const value = Math.round(block[row * 8 + column]) + middle
      samples[start + column] = value < 0 ? 0 : value > most ? most : value
    }
  }
}
