import type { DataSet } from 'dicom-parser'
import { Fault } from '@engine/fault'
import { number, text } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'

/** How one stored sample is to be read. */
export type SampleKind = 'integer' | 'float' | 'double'

/** Image pixel module of one file, checked. Source: DICOM PS3.3 C.7.6.3. */
export interface PixelDescription {
  readonly rows: number
  readonly columns: number
  readonly frames: number
  readonly samples: 1 | 3
  readonly bitsAllocated: number
  readonly bitsStored: number
  readonly highBit: number
  readonly signed: boolean
  /** Colour samples lie plane after plane instead of side by side. */
  readonly planar: boolean
  readonly photometric: string
  readonly kind: SampleKind
}

/**
 * Reads and checks the description of the pixels before anything is allocated.
 * Throws Fault `bad-image` for impossible values and `unsupported-file` for legal ones nobody can show.
 */
export function pixelDescription(dataSet: DataSet, name: string): PixelDescription {
  const kind: SampleKind =
    dataSet.elements[tag.FloatPixelData] !== undefined
      ? 'float'
      : dataSet.elements[tag.DoubleFloatPixelData] !== undefined
        ? 'double'
        : 'integer'
  const reader = { dataSet, name }
  const bitsAllocated = kind === 'integer' ? whole(reader, 'BitsAllocated', 'US') : kind === 'float' ? 32 : 64
  const bitsStored = kind === 'integer' ? (optional(reader, 'BitsStored') ?? bitsAllocated) : bitsAllocated
  const description: PixelDescription = {
    rows: whole(reader, 'Rows', 'US'),
    columns: whole(reader, 'Columns', 'US'),
    frames: frameCount(reader),
    samples: sampleCount(reader),
    bitsAllocated,
    bitsStored,
    highBit: optional(reader, 'HighBit') ?? bitsStored - 1,
    signed: optional(reader, 'PixelRepresentation') === 1,
    planar: optional(reader, 'PlanarConfiguration') === 1,
    photometric: text(dataSet, tag.PhotometricInterpretation).toUpperCase() || 'MONOCHROME2',
    kind
  }
  requireReadableBits(description, name)
  requireReadableColours(description, name)
  return description
}

/** Bytes of one decoded frame as stored; exact, because rows and columns are 16 bit in practice and checked here. Throws Fault `too-large`. */
export function checkDecodedSize(pixels: PixelDescription, limitBytes: number, name: string): void {
  const bytesPerSample = BigInt(Math.max(1, pixels.bitsAllocated / 8))
  const total =
    BigInt(pixels.rows) * BigInt(pixels.columns) * BigInt(pixels.frames) * BigInt(pixels.samples) * bytesPerSample
  if (total <= BigInt(limitBytes)) return
  const size = `${pixels.columns} × ${pixels.rows} × ${pixels.frames} pixels`
  throw new Fault('too-large', `“${name}” claims ${size}, more than can be held in memory.`, {
    subject: name,
    hint: `At most ${Math.round(limitBytes / 2 ** 20)} MiB of pixels are read from one file.`
  })
}

interface Reader {
  readonly dataSet: DataSet
  readonly name: string
}

function optional(reader: Reader, keyword: keyof typeof tag): number | undefined {
  return number(reader.dataSet, tag[keyword], 'US')
}

function whole(reader: Reader, keyword: keyof typeof tag, vr: 'US' | 'IS'): number {
  const value = number(reader.dataSet, tag[keyword], vr)
  if (value !== undefined && Number.isInteger(value) && value > 0) return value
  const said = value === undefined ? 'is missing' : 'is not a positive whole number'
  throw new Fault('bad-image', `“${reader.name}” has no readable image: ${keyword} ${said}.`, {
    subject: reader.name,
    hint: 'Export the image again from its source.'
  })
}

/** Number of Frames is optional; an empty or zero value is met in single-frame files and means one. */
function frameCount(reader: Reader): number {
  const value = number(reader.dataSet, tag.NumberOfFrames, 'IS')
  if (value === undefined || value === 0) return 1
  return whole(reader, 'NumberOfFrames', 'IS')
}

function sampleCount(reader: Reader): 1 | 3 {
  const value = optional(reader, 'SamplesPerPixel') ?? 1
  if (value === 1 || value === 3) return value
  throw new Fault(
    'unsupported-file',
    `“${reader.name}” has ${value} samples per pixel; 1 (grey) and 3 (colour) can be shown.`,
    {
      subject: reader.name,
      hint: 'Convert the image to grey or RGB.'
    }
  )
}

/** Colour spaces of three samples that nobody undoes here. Source: DICOM PS3.3 C.7.6.3.1.2, with retired terms. */
const foreignColours = new Set(['HSV', 'ARGB', 'CMYK', 'XYB'])

/** Throws Fault `unsupported-file`: colours that would come out false are not shown. */
function requireReadableColours({ samples, photometric, bitsAllocated }: PixelDescription, name: string): void {
  const wideYbr = /^YBR_(FULL|PARTIAL)/.test(photometric) && bitsAllocated > 8
  if (samples === 1 || (!foreignColours.has(photometric) && !wideYbr)) return
  const what = wideYbr ? `${photometric} in ${bitsAllocated} bits` : photometric
  throw new Fault('unsupported-file', `“${name}” has its colours as ${what}, which cannot be shown truly.`, {
    subject: name,
    hint: 'Convert the image to RGB, for example with dcmconv or gdcmconv.'
  })
}

function requireReadableBits(pixels: PixelDescription, name: string): void {
  const { bitsAllocated, bitsStored, highBit } = pixels
  if (![1, 8, 16, 32, 64].includes(bitsAllocated)) {
    throw new Fault(
      'unsupported-file',
      `“${name}” stores pixels in ${bitsAllocated} bits; 1, 8, 16, 32 and 64 can be read.`,
      {
        subject: name,
        hint: 'Convert the image to 16 bits per pixel.'
      }
    )
  }
  if (bitsAllocated === 64 && pixels.kind === 'integer') {
    throw new Fault('unsupported-file', `“${name}” stores 64-bit whole numbers as pixels.`, {
      subject: name,
      hint: 'Convert the image to 16 bits per pixel.'
    })
  }
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit >= bitsAllocated || highBit < bitsStored - 1) {
    throw new Fault(
      'bad-image',
      `“${name}” contradicts itself: ${bitsStored} bits up to bit ${highBit} do not fit in ${bitsAllocated}.`,
      { subject: name, hint: 'Export the image again from its source.' }
    )
  }
}
