import { damagedTiff, unusualTiff } from '@engine/formats/tiff/damaged'
import type { TiffDirectory } from '@engine/formats/tiff/directory'
import type { SampleType } from '@engine/formats/sample-types'

export type TiffCompression = 'none' | 'lzw' | 'deflate' | 'packbits'

/** One page, checked: everything needed to find and unpack its samples. */
export interface TiffPage {
  readonly width: number
  readonly height: number
  /** Samples of a pixel, alpha and other extras included. */
  readonly channels: number
  /** Bits of one sample: 1, 2, 4, or the width of `type`. */
  readonly bits: number
  readonly type: SampleType
  readonly photometric: 'white-is-zero' | 'black-is-zero' | 'rgb' | 'palette'
  readonly compression: TiffCompression
  readonly predictor: 1 | 2 | 3
  /** Samples of a pixel lie in planes of their own. */
  readonly planar: boolean
  /** Width and height of a tile; a strip is as wide as the page. */
  readonly block: readonly [number, number]
  readonly offsets: readonly number[]
  readonly byteCounts: readonly number[]
  readonly palette: readonly number[] | null
  /** A small or derived version of another page, or a mask of it. */
  readonly derived: boolean
  readonly description: string
  /** Pixels a millimetre, horizontally and vertically; null when none is stated. */
  readonly perMm: readonly [number, number] | null
}

const compressions: Readonly<Record<number, TiffCompression>> = {
  1: 'none',
  5: 'lzw',
  8: 'deflate',
  32946: 'deflate',
  32773: 'packbits'
}
const otherCompressions: Readonly<Record<number, string>> = {
  2: 'packed as a fax (CCITT)',
  3: 'packed as a fax (CCITT)',
  4: 'packed as a fax (CCITT)',
  6: 'packed as JPEG',
  7: 'packed as JPEG',
  33003: 'packed as JPEG 2000',
  33005: 'packed as JPEG 2000',
  34712: 'packed as JPEG 2000',
  34925: 'packed as LZMA',
  50000: 'packed as Zstandard',
  50001: 'packed as WebP'
}
const photometrics = ['white-is-zero', 'black-is-zero', 'rgb', 'palette'] as const

const one = (fields: TiffDirectory, tag: number, preset: number): number => fields.get(tag)?.[0] ?? preset

/** Checks the fields of a page. Throws Fault `bad-image` or `unsupported-file`. Source: TIFF 6.0, part 1 and sections 14 to 19. */
export function tiffPage(fields: TiffDirectory, name: string): TiffPage {
  const size = checkedSize(fields, name)
  const bits = sameEverywhere(fields.get(258) ?? [1], 'bits', name)
  const type = sampleType(bits, sameEverywhere(fields.get(339) ?? [1], 'sample formats', name), name)
  const packed = packing(fields, { bits, type, name })
  const photometric = checkedColours(fields, bits, name)
  const tiled = fields.has(322)
  const page = {
    ...size,
    bits,
    type,
    photometric,
    ...packed,
    planar: size.channels > 1 && one(fields, 284, 1) === 2,
    block: blockSize(fields, size, name),
    offsets: fields.get(tiled ? 324 : 273) ?? [],
    palette: photometric === 'palette' ? (fields.get(320) ?? []) : null,
    derived: (one(fields, 254, 0) & 5) !== 0 || one(fields, 255, 1) === 2,
    description: String.fromCharCode(...(fields.get(270) ?? []).slice(0, 4096)).replace(/\0[\s\S]*$/, ''),
    perMm: resolution(fields)
  }
  const byteCounts = fields.get(tiled ? 325 : 279) ?? unstatedCounts(page)
  checkBlocks({ ...page, byteCounts }, name)
  return { ...page, byteCounts }
}

function checkedColours(fields: TiffDirectory, bits: number, name: string): TiffPage['photometric'] {
  const photometric = photometrics[one(fields, 262, 1)]
  if (photometric === undefined) throw unusualTiff(name, 'in unusual colours', 'Save it in grey or RGB.')
  if (one(fields, 274, 1) !== 1) throw unusualTiff(name, 'that is stored turned or mirrored', 'Save it upright.')
  if (one(fields, 266, 1) !== 1 && bits < 8) throw unusualTiff(name, 'with reversed bits')
  return photometric
}

type TiffSize = Pick<TiffPage, 'width' | 'height' | 'channels'>

function checkedSize(fields: TiffDirectory, name: string): TiffSize {
  const size = { width: one(fields, 256, 0), height: one(fields, 257, 0), channels: one(fields, 277, 1) }
  for (const length of Object.values(size)) {
    if (!Number.isInteger(length) || length < 1 || length > 2 ** 31)
      throw damagedTiff(name, 'its size is missing or zero')
  }
  return size
}

function blockSize(fields: TiffDirectory, { width, height }: TiffSize, name: string): [number, number] {
  const block: [number, number] = fields.has(322)
    ? [one(fields, 322, 0), one(fields, 323, 0)]
    : [width, Math.min(one(fields, 278, height), height)]
  if (block.every((length) => Number.isInteger(length) && length >= 1)) return block
  throw damagedTiff(name, 'its blocks have no size')
}

function sameEverywhere(values: readonly number[], what: string, name: string): number {
  if (values.some((value) => value !== values[0])) throw unusualTiff(name, `whose channels have unlike ${what}`)
  return values[0]
}

function sampleType(bits: number, format: number, name: string): SampleType {
  if (format === 3 && [16, 32, 64].includes(bits)) return `float${bits}` as SampleType
  if (format === 2 && [8, 16, 32, 64].includes(bits)) return `int${bits}` as SampleType
  if ((format === 1 || format === 4) && [8, 16, 32, 64].includes(bits)) return `uint${bits}` as SampleType
  if (format === 1 && [1, 2, 4].includes(bits)) return 'uint8'
  if (format >= 5) throw unusualTiff(name, 'of complex numbers', 'Save its magnitude.')
  throw unusualTiff(name, `with ${bits} bits a sample`, 'Save it with 8 or 16 bits, or as floating point.')
}

function packing(
  fields: TiffDirectory,
  { bits, type, name }: { bits: number; type: SampleType; name: string }
): Pick<TiffPage, 'compression' | 'predictor'> {
  const code = fields.get(259)?.[0] ?? 1
  const compression = compressions[code]
  if (compression === undefined) throw unusualTiff(name, otherCompressions[code] ?? 'packed in an unknown way')
  const predictor = fields.get(317)?.[0] ?? 1
  const possible = predictor === 1 || (predictor === 2 && bits >= 8) || (predictor === 3 && type.startsWith('float'))
  if (!possible) throw unusualTiff(name, 'with an unusual predictor')
  return { compression, predictor: predictor as 1 | 2 | 3 }
}

/** Old writers leave the byte counts of one uncompressed strip out. */
function unstatedCounts(page: Omit<TiffPage, 'byteCounts'>): number[] {
  const rowBytes = Math.ceil((page.width * page.channels * page.bits) / 8)
  return page.compression === 'none' && page.offsets.length === 1 ? [rowBytes * page.height] : []
}

function checkBlocks(page: TiffPage, name: string): void {
  const across = Math.ceil(page.width / page.block[0])
  const down = Math.ceil(page.height / page.block[1])
  const needed = across * down * (page.planar ? page.channels : 1)
  if (page.offsets.length < needed || page.byteCounts.length < needed) {
    throw damagedTiff(name, `it names ${page.offsets.length} of the ${needed} blocks its size needs`)
  }
}

/** Source: TIFF 6.0, section 8, ResolutionUnit 2 (inch) and 3 (centimetre). */
function resolution(fields: TiffDirectory): [number, number] | null {
  const unit = fields.get(296)?.[0] ?? 2
  const mm = unit === 2 ? 25.4 : unit === 3 ? 10 : null
  const [x, y] = [fields.get(282)?.[0], fields.get(283)?.[0]]
  if (mm === null || x === undefined || y === undefined || !(x > 0) || !(y > 0)) return null
  return [x / mm, y / mm]
}
