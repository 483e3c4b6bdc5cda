import type { DataSet } from 'dicom-parser'
import { Fault } from '@engine/fault'
import { interleavePlanes, toRgb } from '@engine/formats/dicom/colour'
import { number, numbers, text } from '@engine/formats/dicom/elements'
import { decodeFrames } from '@engine/formats/dicom/encapsulated-frames'
import type { DicomImage } from '@engine/formats/dicom/dicom-image'
import { dicomFacts } from '@engine/formats/dicom/facts'
import {
  chosenFrames,
  framesAreBytes,
  isSubsampled,
  nativeLength,
  nativeSamples,
  type StoredSamples
} from '@engine/formats/dicom/native-frames'
import { noPixels, requirePixels } from '@engine/formats/dicom/has-pixels'
import { paletteOf, type Palette } from '@engine/formats/dicom/palette'
import { parseDicom, type ParsedDicom } from '@engine/formats/dicom/parse'
import { checkDecodedSize, pixelDescription, type PixelDescription } from '@engine/formats/dicom/pixel-description'
import { rescaled, rescaleOf, rescaleOfFrames } from '@engine/formats/dicom/rescale'
import { withoutUnusedBits } from '@engine/formats/dicom/stored-bits'
import { sopClass } from '@engine/formats/dicom/sop-classes'
import { tag } from '@engine/formats/dicom/tags'
import { uptakeOf } from '@engine/formats/dicom/uptake'
import { displayCurve } from '@engine/formats/dicom/window'
import { defaultDecodedLimitBytes, type ReadOptions } from '@engine/formats/format'
import type { SourceFile } from '@engine/formats/source-file'

/**
 * Decodes all frames of one file.
 * Throws Fault `no-pixels`, `bad-image`, `bad-file`, `unsupported-file` or `too-large`, always naming the file.
 */
export async function decodeDicom(source: SourceFile, options: ReadOptions = {}): Promise<DicomImage> {
  const parsed = parseDicom(source)
  const { dataSet } = parsed
  requirePixels(parsed, source.name)
  const pixels = pixelDescription(dataSet, source.name)
  checkDecodedSize(pixels, options.decodedLimitBytes ?? defaultDecodedLimitBytes, source.name)
  const warnings = [...parsed.warnings]
  const rescale = rescaleOf(dataSet, pixels.frames, warnings)
  notePadding(dataSet, warnings)
  noteAspect(dataSet, warnings)
  const { remark } = displayCurve(dataSet)
  if (remark !== null && pixels.samples === 1) warnings.push(remark)
  const palette = pixels.photometric === 'PALETTE COLOR' ? paletteOf(dataSet) : null
  if (pixels.photometric === 'PALETTE COLOR') warnings.push(paletteWords(palette))
  const held = heldFrames(options.frames, pixels.frames, source.name)
  const uptake = pixels.samples === 1 ? uptakeOf(dataSet) : null
  // Everything the header says is taken down first: reading the pixels may write over it.
  const facts = dicomFacts(parsed, held === null ? pixels : { ...pixels, frames: 0 }, source)
  const stored = { name: source.name, warnings, mayChange: source.mayChange, held }
  const samples = await storedSamples(parsed, pixels, stored)
  return {
    ...facts,
    pixels,
    held,
    palette,
    values: rescaled(
      samples,
      pixels.samples === 3
        ? { ...rescale, linear: [{ slope: 1, intercept: 0 }], lookup: null }
        : rescaleOfFrames(rescale, held)
    ),
    unit: pixels.samples === 3 ? 'colour' : rescale.unit,
    uptake,
    warnings
  }
}

interface DecodeNotes {
  readonly name: string
  readonly warnings: string[]
  readonly mayChange?: boolean
  /** Frames wanted; null: all. */
  readonly held: readonly number[] | null
}

/** The frames asked for, null where they are all there are. Throws Fault `bad-file` for a frame that is not there. */
function heldFrames(wanted: readonly number[] | undefined, frames: number, name: string): readonly number[] | null {
  if (wanted === undefined) return null
  if (wanted.every((frame) => frame < frames)) return wanted
  throw new Fault('bad-file', `“${name}” holds ${frames} frames, fewer than when it was listed.`, {
    subject: name,
    hint: 'Open the folder again.'
  })
}

async function storedSamples(
  parsed: ParsedDicom,
  pixels: PixelDescription,
  notes: DecodeNotes
): Promise<StoredSamples> {
  const { syntax } = parsed
  if (syntax.coding === null) {
    throw new Fault(
      'unsupported-file',
      `“${notes.name}” is coded as ${syntax.title} (${syntax.uid || 'no UID'}), which cannot be read.`,
      {
        subject: notes.name,
        hint: 'Convert it to an uncompressed transfer syntax, for example with dcmconv or gdcmconv --raw.'
      }
    )
  }
  if (pixels.kind === 'integer' && syntax.coding !== 'native') {
    return withoutUnusedBits(await decodeFrames(parsed, pixels, notes), pixels)
  }
  return nativePixels(parsed, pixels, notes)
}

function nativePixels(parsed: ParsedDicom, pixels: PixelDescription, notes: DecodeNotes): StoredSamples {
  const { bigEndian } = parsed.syntax
  const coding = { bigEndian, wordData: parsed.pixelElement?.vr !== 'OB', mayChange: notes.mayChange === true }
  const whole = nativePixelBytes(parsed, pixels, notes)
  const made = (bytes: Uint8Array, described: PixelDescription): StoredSamples =>
    colourAsRgb(withoutUnusedBits(nativeSamples(bytes, described, coding), described), described)
  if (notes.held === null) return made(whole, pixels)
  if (!framesAreBytes(pixels, coding)) return chosenFrames(made(whole, pixels), pixels.frames, notes.held)
  return made(chosenFrames(whole, pixels.frames, notes.held), { ...pixels, frames: notes.held.length })
}

/** Exactly the bytes the description asks for; a short element is padded with zeros and said so, unless most of it is missing. */
function nativePixelBytes(parsed: ParsedDicom, pixels: PixelDescription, notes: DecodeNotes): Uint8Array {
  const element =
    parsed.pixelElement ??
    parsed.dataSet.elements[tag.FloatPixelData] ??
    parsed.dataSet.elements[tag.DoubleFloatPixelData]
  if (element === undefined) throw noPixels(notes.name)
  const needed = storedLength(parsed, pixels, notes.name)
  const stated = element.length === 0xffffffff ? Infinity : element.length
  const available = Math.min(stated, parsed.bytes.length - element.dataOffset)
  const found = parsed.bytes.subarray(element.dataOffset, element.dataOffset + Math.max(0, Math.min(available, needed)))
  if (found.length === needed) {
    if (stated !== Infinity && stated > needed + 1)
      notes.warnings.push('There are more pixel bytes than the image size needs; the rest is left out.')
    return found
  }
  if (found.length < needed / 2) {
    throw new Fault('bad-image', `“${notes.name}” holds ${found.length} of the ${needed} bytes its image needs.`, {
      subject: notes.name,
      hint: 'The file was cut off: copy it again from its source.'
    })
  }
  notes.warnings.push(
    `The file was cut off: the last ${needed - found.length} of ${needed} pixel bytes are missing and shown as zero.`
  )
  const padded = new Uint8Array(needed)
  padded.set(found)
  return padded
}

/** Bytes the pixel element must hold: 8-bit samples written as big-endian words keep the padding byte they are swapped with. */
function storedLength(parsed: ParsedDicom, pixels: PixelDescription, name: string): number {
  if (isSubsampled(pixels) && pixels.columns % 2 === 1) {
    throw new Fault(
      'unsupported-file',
      `“${name}” shares colours between pairs of pixels, but its rows have an odd number of them.`,
      {
        subject: name,
        hint: 'Convert the image to RGB.'
      }
    )
  }
  const length = nativeLength(pixels)
  return parsed.syntax.bigEndian && pixels.bitsAllocated === 8 ? length + (length % 2) : length
}

function colourAsRgb(samples: StoredSamples, pixels: PixelDescription): StoredSamples {
  if (pixels.samples !== 3) return samples
  if (!(samples instanceof Uint8Array || samples instanceof Uint16Array || samples instanceof Uint32Array))
    return samples
  const whole = pixels.planar ? interleavePlanes(samples, pixels.rows * pixels.columns) : samples
  if (whole instanceof Uint8Array) toRgb(whole, pixels.photometric)
  return whole
}

/** Pixels that are not square although their size is unknown: the screen shows them square. */
function noteAspect(dataSet: DataSet, warnings: string[]): void {
  const [vertical, horizontal] = numbers(dataSet, tag.PixelAspectRatio, 'IS')
  const sized =
    dataSet.elements[tag.PixelSpacing] !== undefined || dataSet.elements[tag.ImagerPixelSpacing] !== undefined
  if (sized || !(vertical > 0) || !(horizontal > 0) || vertical === horizontal) return
  warnings.push(
    `The pixels are ${horizontal} wide for ${vertical} high, without a size in mm; they are shown as squares.`
  )
}

function paletteWords(palette: Palette | null): string {
  return palette === null
    ? 'The picture is coloured by a palette that is missing or damaged; its numbers are shown, not the colours.'
    : 'The picture is coloured by a palette: its colours are shown, the stored values are numbers of the palette.'
}

function notePadding(dataSet: DataSet, warnings: string[]): void {
  if (number(dataSet, tag.PixelPaddingValue, 'US') === undefined) return
  // A label map calls its background padding: that is no value of an image.
  if (text(dataSet, tag.SOPClassUID) === sopClass.labelMapSegmentation) return
  if (text(dataSet, tag.PhotometricInterpretation).startsWith('MONOCHROME')) {
    warnings.push('The file marks padding pixels outside the image; they keep their value.')
  }
}
