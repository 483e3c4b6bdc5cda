import { Fault } from '@engine/fault'
import type { DecodedFrame, FrameCodec } from '@engine/formats/dicom/codecs/codec'
import { deflatedFrameCodec } from '@engine/formats/dicom/codecs/deflated-frame'
import { htj2kCodec, jpeg2000Codec } from '@engine/formats/dicom/codecs/jpeg-2000'
import { jpegFamilyCodec } from '@engine/formats/dicom/codecs/jpeg-family'
import { rleCodec } from '@engine/formats/dicom/codecs/rle'
import { jpeg2000Facts, jpegFacts, type StreamFacts } from '@engine/formats/dicom/codecs/stream-size'
import { ybrFullToRgb } from '@engine/formats/dicom/colour'
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
}

/** Decodes compressed pixel data frame by frame, colour as RGB side by side. Throws Fault `bad-image` or `unsupported-file` naming the file. */
export async function decodeFrames(
  parsed: ParsedDicom,
  pixels: PixelDescription,
  notes: Notes
): Promise<StoredSamples> {
  const codec = codecs[parsed.syntax.coding as Compressed]
  const frames = compressedFrames(parsed, pixels.frames, notes)
  frames.forEach((frame) => requireMatchingSize(codec.facts?.(frame) ?? null, pixels, notes.name))
  const width = Math.max(1, pixels.bitsAllocated / 8)
  const frameBytes = pixels.rows * pixels.columns * pixels.samples * width
  const whole = new Uint8Array(frameBytes * frames.length)
  for (const [index, frame] of frames.entries()) {
    const decoded = await decodeOne(codec.decode, frame, { pixels, name: notes.name, title: parsed.syntax.title })
    const bytes = fitted(decoded, pixels, notes.name)
    if (pixels.samples === 3 && !decoded.rgb && width === 1 && pixels.photometric.startsWith('YBR_FULL'))
      ybrFullToRgb(bytes)
    whole.set(bytes, index * frameBytes)
  }
  return pixels.bitsAllocated === 1 ? whole : asSamples(whole.buffer, pixels)
}

interface FrameContext {
  readonly pixels: PixelDescription
  readonly name: string
  readonly title: string
}

async function decodeOne(decode: FrameCodec, frame: Uint8Array, context: FrameContext): Promise<DecodedFrame> {
  try {
    return await decode(frame, context.pixels)
  } catch (thrown) {
    const reason = thrown instanceof Fault ? thrown.message : 'the compressed data is damaged'
    const code = thrown instanceof Fault ? thrown.code : 'bad-image'
    throw new Fault(code, `The pixels of “${context.name}” (${context.title}) cannot be decoded: ${reason}.`, {
      subject: context.name,
      hint: 'Export the image again, or convert it to an uncompressed transfer syntax, for example with dcmconv.',
      cause: thrown
    })
  }
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
