import type { DataSet } from 'dicom-parser'
import { elementBytes, number, numbers } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'
import type { Voxels } from '@engine/geometry/volume'

/** Colours of a picture whose pixels are numbers of entries. Source: DICOM PS3.3 C.7.9. */
export interface Palette {
  /** Pixel value of the first entry; lower ones take its colour, those past the end the last one's. */
  readonly first: number
  /** Eight bits each, all of one length. */
  readonly red: Uint8Array
  readonly green: Uint8Array
  readonly blue: Uint8Array
}

const tables = [
  { descriptor: tag.RedPaletteDescriptor, data: tag.RedPaletteData, segments: tag.SegmentedRedPaletteData },
  { descriptor: tag.GreenPaletteDescriptor, data: tag.GreenPaletteData, segments: tag.SegmentedGreenPaletteData },
  { descriptor: tag.BluePaletteDescriptor, data: tag.BluePaletteData, segments: tag.SegmentedBluePaletteData }
]

/** The palette of a file, or null when it has none that is whole. */
export function paletteOf(dataSet: DataSet): Palette | null {
  const [red, green, blue] = tables.map((table) => entriesOf(dataSet, table))
  if (red === null || green === null || blue === null) return null
  if (red.length !== green.length || red.length !== blue.length) return null
  const [, stated = 0] = numbers(dataSet, tag.RedPaletteDescriptor, 'US')
  const signed = number(dataSet, tag.PixelRepresentation, 'US') === 1
  return { first: signed && stated > 32767 ? stated - 65536 : stated, red, green, blue }
}

/** Red, green and blue of every pixel, side by side. */
export function colouredBy(palette: Palette, indices: Voxels): Uint8Array {
  const { first, red, green, blue } = palette
  const last = red.length - 1
  const colours = new Uint8Array(indices.length * 3)
  for (let index = 0, to = 0; index < indices.length; index++, to += 3) {
    const wanted = indices[index] - first
    const entry = wanted < 0 ? 0 : wanted > last ? last : wanted
    colours[to] = red[entry]
    colours[to + 1] = green[entry]
    colours[to + 2] = blue[entry]
  }
  return colours
}

function entriesOf(dataSet: DataSet, { descriptor, data, segments }: (typeof tables)[number]): Uint8Array | null {
  const [stated, , bits = 16] = numbers(dataSet, descriptor, 'US')
  if (stated === undefined) return null
  const count = stated === 0 ? 65536 : stated
  const whole = valuesOf(dataSet, data, { count, bits })
  const values = whole ?? expanded(valuesOf(dataSet, segments, { count: 0, bits }), count)
  return values === null || values.length < count ? null : inEightBits(values.slice(0, count), bits)
}

/** Entries as stored: words, or bytes where the descriptor says 8 bits and no word was spent on each. */
function valuesOf(dataSet: DataSet, name: string, { count, bits }: { count: number; bits: number }): number[] | null {
  const element = dataSet.elements[name]
  if (element === undefined || element.length === 0 || element.items !== undefined) return null
  const bytes = elementBytes(dataSet, element)
  const parser = element.parser ?? dataSet.byteArrayParser
  const words = Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) =>
    parser.readUint16(dataSet.byteArray, element.dataOffset + index * 2)
  )
  if (bits > 8 || bytes.length === 2 * count) return words
  // Bytes lie in the words of the file's byte order, the first in the lower half.
  return element.vr === 'OB' ? [...bytes] : words.flatMap((word) => [word & 255, word >> 8])
}

/** Sixteen bits to eight by the upper byte; tables that fill only the lower byte, against the standard, are taken as they are. */
function inEightBits(values: readonly number[], bits: number): Uint8Array {
  const wide = bits > 8 && values.some((value) => value > 255)
  return Uint8Array.from(values, (value) => (wide ? value >> 8 : value))
}

/** A table given in runs: 0 values as listed, 1 a straight line to a value, 2 runs said before. Source: DICOM PS3.3 C.7.9.2. */
function expanded(segments: readonly number[] | null, count: number): number[] | null {
  if (segments === null) return null
  const values: number[] = []
  let position = 0
  while (position + 1 < segments.length && values.length < count) {
    const [kind, length] = [segments[position], segments[position + 1]]
    if (kind === 2) {
      const start = (segments[position + 2] + segments[position + 3] * 65536) / 2
      const repeated = runsFrom(segments, start, length)
      const more = repeated === null ? null : expanded(repeated, count - values.length)
      if (more === null) return null
      for (const value of more) values.push(value)
      position += 4
    } else {
      if (kind > 2 || (kind === 1 && values.length === 0)) return null
      appendRun(values, segments.slice(position, position + 2 + (kind === 0 ? length : 1)))
      position += 2 + (kind === 0 ? length : 1)
    }
  }
  return values
}

function appendRun(values: number[], [kind, length, ...listed]: readonly number[]): void {
  if (kind === 0) {
    for (const value of listed) values.push(value)
    return
  }
  const from = values[values.length - 1]
  for (let step = 1; step <= length; step++) values.push(Math.round(from + ((listed[0] - from) * step) / length))
}

/** The words of some runs from a place on; null when another reference is among them, which is not allowed. */
function runsFrom(segments: readonly number[], start: number, runs: number): number[] | null {
  let position = start
  for (let run = 0; run < runs; run++) {
    const kind = segments[position]
    if (kind !== 0 && kind !== 1) return null
    position += 2 + (kind === 0 ? segments[position + 1] : 1)
  }
  return segments.slice(start, position)
}
