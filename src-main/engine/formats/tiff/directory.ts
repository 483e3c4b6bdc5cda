import { damagedTiff } from '@engine/formats/tiff/damaged'

/** The fields of one image file directory: numbers by tag; text as its character codes. */
export type TiffDirectory = ReadonlyMap<number, readonly number[]>

export interface TiffDirectories {
  readonly littleEndian: boolean
  readonly pages: readonly TiffDirectory[]
}

/** A chain longer than this is made up; real stacks have thousands of pages. */
const mostPages = 65_535
/** Values of one field; a whole slide has this many tiles, a picture far fewer. */
const mostValues = 2 ** 22

/** True for classic TIFF and for BigTIFF, in either byte order. */
export function isTiffHead(head: Uint8Array): boolean {
  const [a, b, c, d] = head
  const little = a === 0x49 && b === 0x49 && (c === 42 || c === 43) && d === 0
  return little || (a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43))
}

/** Bytes of one value by field type; 0 for unknown ones. Source: TIFF 6.0 section 2, BigTIFF for 13, 16, 17, 18. */
const valueBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]

interface Reading {
  readonly view: DataView
  readonly little: boolean
  readonly big: boolean
  readonly name: string
  /** Values that may still be read: each takes a byte at least, so honest fields never hold more than the file has. */
  valuesLeft: number
}

/** Every directory of the file. Throws Fault `bad-image` for chains that leave the file or never end. */
export function tiffDirectories(bytes: Uint8Array, name: string): TiffDirectories {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = bytes[0] === 0x49
  if (bytes.length < 16 || !isTiffHead(bytes)) throw damagedTiff(name, 'its header is missing')
  const big = view.getUint16(2, little) === 43
  const reading: Reading = { view, little, big, name, valuesLeft: bytes.length }
  const pages: TiffDirectory[] = []
  const seen = new Set<number>()
  let offset = big ? wide(reading, 8) : view.getUint32(4, little)
  while (offset !== 0) {
    if (seen.has(offset) || pages.length >= mostPages) throw damagedTiff(name, 'its list of pages never ends')
    seen.add(offset)
    const { fields, next } = directoryAt(reading, offset)
    pages.push(fields)
    offset = next
  }
  if (pages.length === 0) throw damagedTiff(name, 'it holds no picture')
  return { littleEndian: little, pages }
}

function directoryAt(reading: Reading, offset: number): { fields: TiffDirectory; next: number } {
  const { view, little, big, name } = reading
  const [countBytes, entryBytes, pointerBytes] = big ? [8, 20, 8] : [2, 12, 4]
  if (offset + countBytes > view.byteLength) throw damagedTiff(name, 'a page lies outside the file')
  const count = big ? wide(reading, offset) : view.getUint16(offset, little)
  const end = offset + countBytes + count * entryBytes
  if (count === 0 || end + pointerBytes > view.byteLength) throw damagedTiff(name, 'a page lies outside the file')
  const fields = new Map<number, number[]>()
  for (let entry = 0; entry < count; entry++) {
    const at = offset + countBytes + entry * entryBytes
    const values = fieldValues(reading, at)
    if (values !== null) fields.set(view.getUint16(at, little), values)
  }
  return { fields, next: big ? wide(reading, end) : view.getUint32(end, little) }
}

/** null for types that are not known; they may be skipped (TIFF 6.0 section 2). */
function fieldValues(reading: Reading, at: number): number[] | null {
  const { view, little, big, name } = reading
  const type = view.getUint16(at + 2, little)
  const width = valueBytes[type] ?? 0
  if (width === 0) return null
  const count = big ? wide(reading, at + 4) : view.getUint32(at + 4, little)
  const [inlineAt, room] = big ? [at + 12, 8] : [at + 8, 4]
  const length = count * width
  const start = length <= room ? inlineAt : big ? wide(reading, inlineAt) : view.getUint32(inlineAt, little)
  if (start + length > view.byteLength) throw damagedTiff(name, 'a field lies outside the file')
  // Long private blocks (colour profiles, vendor data) are bytes nobody here asks for.
  if (count > mostValues) return null
  reading.valuesLeft -= count
  if (reading.valuesLeft < 0) throw damagedTiff(name, 'its pages share their fields over and over')
  return Array.from({ length: count }, (_, index) => valueAt(reading, type, start + index * width))
}

function valueAt(reading: Reading, type: number, at: number): number {
  const { view, little } = reading
  switch (type) {
    case 3:
      return view.getUint16(at, little)
    case 4:
    case 13:
      return view.getUint32(at, little)
    case 5:
      return view.getUint32(at, little) / view.getUint32(at + 4, little)
    case 6:
      return view.getInt8(at)
    case 8:
      return view.getInt16(at, little)
    case 9:
      return view.getInt32(at, little)
    case 10:
      return view.getInt32(at, little) / view.getInt32(at + 4, little)
    case 11:
      return view.getFloat32(at, little)
    case 12:
      return view.getFloat64(at, little)
    case 16:
    case 17:
    case 18:
      return wide(reading, at)
    default:
      return view.getUint8(at)
  }
}

/** A 64-bit offset or count; beyond 2^53 it is outside any file. */
function wide({ view, little, name }: Reading, at: number): number {
  if (at + 8 > view.byteLength) throw damagedTiff(name, 'it ends in the middle of its header')
  const value = Number(view.getBigUint64(at, little))
  if (Number.isSafeInteger(value)) return value
  throw damagedTiff(name, 'it points far outside itself')
}
