import { Fault } from '@engine/fault'
import type { DecodedFrame, FrameCodec } from '@engine/formats/dicom/codecs/codec'
import { deflatedFrameCodec } from '@engine/formats/dicom/codecs/deflated-frame'
import { htj2kCodec, jpeg2000Codec } from '@engine/formats/dicom/codecs/jpeg-2000'
import { jpegFamilyCodec } from '@engine/formats/dicom/codecs/jpeg-family'
import { rleCodec } from '@engine/formats/dicom/codecs/rle'
import { jpeg2000Facts, jpegFacts, type StreamFacts } from '@engine/formats/dicom/codecs/stream-size'
import { toRgb } from '@engine/formats/dicom/colour'
import { uncompressedCodec } from '@engine/formats/dicom/codecs/uncompressed'
import { compressedFrames } from '@engine/formats/dicom/fragments'
import { asSamples, type StoredSamples } from '@engine/formats/dicom/native-frames'
import type { ParsedDicom } from '@engine/formats/dicom/parse'
import type { PixelDescription } from '@engine/formats/dicom/pixel-description'
import type { PixelCoding } from '@engine/formats/dicom/transfer-syntax'

type Compressed = Exclude<PixelCoding, 'native'>

interface Codec {
  readonly decode: FrameCodec
  /** What a stream says about itself, checked before it is decoded; null for codings without such words. */
  readonly facts: ((stream: Uint8Array) => StreamFacts | null) | null
}

const codecs: Readonly<Record<Compressed, Codec>> = {
  'encapsulated-native': { decode: uncompressedCodec, facts: null },
  rle: { decode: rleCodec, facts: null },
  'deflated-frames': { decode: deflatedFrameCodec, facts: null },
  'jpeg-baseline': { decode: jpegFamilyCodec, facts: jpegFacts },
  'jpeg-extended': { decode: jpegFamilyCodec, facts: jpegFacts },
  'jpeg-lossless': { decode: jpegFamilyCodec, facts: jpegFacts },
  'jpeg-ls': { decode: jpegFamilyCodec, facts: jpegFacts },
  'jpeg-2000': { decode: jpeg2000Codec, facts: jpeg2000Facts },
  htj2k: { decode: htj2kCodec, facts: jpeg2000Facts }
}

interface Notes {
  readonly name: string
  readonly warnings: string[]
  /** Frames wanted; null or absent: all. */
  readonly held?: readonly number[] | null
}

/** Decodes compressed pixel data frame by frame, colour as RGB side by side. Throws Fault `bad-image` or `unsupported-file` naming the file. */
export async function decodeFrames(
  parsed: ParsedDicom,
  pixels: PixelDescription,
  notes: Notes
): Promise<StoredSamples> {
  const codec = codecs[parsed.syntax.coding as Compressed]
  const all = compressedFrames(parsed, pixels.frames, notes)
  const frames = notes.held?.map((frame) => all[frame]) ?? all
  frames.forEach((frame) => requireMatchingSize(codec.facts?.(frame) ?? null, pixels, notes.name))
  requirePlausibleRatio(frames, pixels, { coding: parsed.syntax.coding as Compressed, name: notes.name })
  const context = { pixels, name: notes.name, title: parsed.syntax.title }
  // The first frame is decoded before room is made for all of them: most lies about size end here.
  const first = await decodeOne(codec.decode, frames[0], context)
  const whole = frames.length === 1 ? first : new Uint8Array(first.length * frames.length)
  if (whole !== first) whole.set(first)
  for (let index = 1; index < frames.length; index++) {
    whole.set(await decodeOne(codec.decode, frames[index], context), index * first.length)
  }
  return pixels.bitsAllocated === 1 ? whole : asSamples(atStart(whole), pixels)
}

/** The same bytes at the start of a buffer, as samples of several bytes need it. */
function atStart(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset === 0 ? bytes : bytes.slice()
}

/** The most a coding can make of one byte; codings of whole pictures have no such limit and get one of our own. */
const bestRatio: Readonly<Record<Compressed, number>> = {
  'encapsulated-native': 1,
  rle: 64,
  'deflated-frames': 1032,
  'jpeg-baseline': 10_000,
  'jpeg-extended': 10_000,
  'jpeg-lossless': 10_000,
  'jpeg-ls': 10_000,
  'jpeg-2000': 10_000,
  htj2k: 10_000
}

/** Up to this size an image may be as empty as it likes: blank frames pack to next to nothing. */
const unquestionedBytes = 2 ** 28
/** Beyond this a small file would fill the memory: fewer blanks are believed. */
const largeBytes = 2 ** 29
const largeRatio = 1000
/** The same for a single frame, which a codec holds several times. */
const largeFrameBytes = 2 ** 27

/** Throws Fault `too-large` when so few bytes cannot hold so large an image. */
function requirePlausibleRatio(
  frames: readonly Uint8Array[],
  pixels: PixelDescription,
  facts: { readonly coding: Compressed; readonly name: string }
): void {
  const packed = frames.reduce((sum, frame) => sum + frame.length, 0)
  const oneFrame = pixels.rows * pixels.columns * pixels.samples * Math.max(1, pixels.bitsAllocated / 8)
  const decoded = oneFrame * frames.length
  // Single bits are unpacked to a byte each.
  const best = bestRatio[facts.coding] * (pixels.bitsAllocated === 1 ? 8 : 1)
  const believed =
    decoded <= unquestionedBytes || decoded <= (decoded <= largeBytes ? best : Math.min(best, largeRatio)) * packed
  const smallest = frames.reduce((least, frame) => Math.min(least, frame.length), Infinity)
  if (believed && (oneFrame <= largeFrameBytes || oneFrame <= Math.min(best, largeRatio) * smallest)) return
  throw new Fault(
    'too-large',
    `“${facts.name}” claims ${Math.round(decoded / 2 ** 20)} MiB of pixels out of ${packed} bytes.`,
    {
      subject: facts.name,
      hint: 'The file is damaged or made to fill the memory: export the image again from its source.'
    }
  )
}

interface FrameContext {
  readonly pixels: PixelDescription
  readonly name: string
  readonly title: string
}

/** One frame in exactly the bytes its description asks for. */
async function decodeOne(decode: FrameCodec, frame: Uint8Array, context: FrameContext): Promise<Uint8Array> {
  const { pixels, name } = context
  const decoded = await decode(frame, pixels).catch((thrown: unknown) => {
    throw undecodable(thrown, context)
  })
  const bytes = fitted(decoded, pixels, name)
  if (pixels.samples === 3 && pixels.bitsAllocated === 8 && !decoded.rgb) toRgb(bytes, pixels.photometric)
  return bytes
}

function undecodable(thrown: unknown, context: FrameContext): Fault {
  const reason = thrown instanceof Fault ? thrown.message : 'the compressed data is damaged'
  const code = thrown instanceof Fault ? thrown.code : 'bad-image'
  return new Fault(code, `The pixels of “${context.name}” (${context.title}) cannot be decoded: ${reason}.`, {
    subject: context.name,
    hint: 'Export the image again, or convert it to an uncompressed transfer syntax, for example with dcmconv.',
    cause: thrown
  })
}

/** Streams that disagree with the header are refused before a decoder allocates what they claim. */
function requireMatchingSize(facts: StreamFacts | null, pixels: PixelDescription, name: string): void {
  if (facts === null) return
  if (facts.width === pixels.columns && facts.height === pixels.rows && facts.components === pixels.samples) return
  throw new Fault(
    'bad-image',
    `“${name}” contradicts itself: its compressed pixels are ${facts.width} × ${facts.height} with ${facts.components} samples, its header says ${pixels.columns} × ${pixels.rows} with ${pixels.samples}.`,
    { subject: name, hint: 'Export the image again from its source.' }
  )
}

/** A decoded frame in exactly the bytes its description asks for: samples narrower than allocated are widened. */
function fitted(decoded: DecodedFrame, pixels: PixelDescription, name: string): Uint8Array {
  const count = pixels.rows * pixels.columns * pixels.samples
  const width = Math.max(1, pixels.bitsAllocated / 8)
  if (
    decoded.samples !== pixels.samples ||
    decoded.bytes.length < count * decoded.bytesPerSample ||
    decoded.bytesPerSample > width
  ) {
    throw new Fault('bad-image', `“${name}” holds a frame that does not fit its header.`, {
      subject: name,
      hint: 'Export the image again from its source.'
    })
  }
  if (decoded.bytesPerSample === width) return decoded.bytes.subarray(0, count * width)
  const widened = new Uint8Array(count * width)
  for (let sample = 0; sample < count; sample++) {
    for (let byte = 0; byte < decoded.bytesPerSample; byte++) {
      widened[sample * width + byte] = decoded.bytes[sample * decoded.bytesPerSample + byte]
    }
  }
  return widened
}
