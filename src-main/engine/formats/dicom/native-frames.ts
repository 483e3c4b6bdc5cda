import type { PixelDescription } from '@engine/formats/dicom/pixel-description'
import { expandYbr422 } from '@engine/formats/dicom/colour'

/** Samples as stored, before rescaling: `[frame, row, column(, sample)]`, colour side by side. */
export type StoredSamples =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

/** Bytes the uncompressed pixel data of a description take; an odd total is padded by one byte in files. */
export function nativeLength(pixels: PixelDescription): number {
  const samples = pixels.rows * pixels.columns * pixels.frames * pixels.samples
  if (pixels.bitsAllocated === 1) return Math.ceil(samples / 8)
  if (isSubsampled(pixels)) return (samples / 3) * 2
  return samples * (pixels.bitsAllocated / 8)
}

/** True for uncompressed YBR 4:2:2, where two pixels share their colour differences. */
export function isSubsampled(pixels: PixelDescription): boolean {
  return pixels.samples === 3 && pixels.bitsAllocated === 8 && /^YBR_(FULL|PARTIAL)_422$/.test(pixels.photometric)
}

export interface NativeCoding {
  readonly bigEndian: boolean
  /** VR of the pixel element: 8-bit samples written as OW in big endian lie swapped in pairs. */
  readonly wordData: boolean
  /** The bytes may be changed: samples are made where they lie, and everything else in their buffer is cleared. */
  readonly mayChange: boolean
}

/** Whether each frame is a run of bytes of its own: packed bits, and bytes swapped in pairs, may cross the border between two. */
export function framesAreBytes(
  pixels: PixelDescription,
  coding: Pick<NativeCoding, 'bigEndian' | 'wordData'>
): boolean {
  return pixels.bitsAllocated > 8 || (pixels.bitsAllocated === 8 && !(coding.bigEndian && coding.wordData))
}

/** Frames of an array of equally long frames, in the order asked for. */
export function chosenFrames<Frames extends StoredSamples>(
  whole: Frames,
  frames: number,
  chosen: readonly number[]
): Frames {
  const length = Math.floor(whole.length / frames)
  const picked = new (whole.constructor as new (length: number) => Frames)(length * chosen.length)
  chosen.forEach((frame, index) => picked.set(whole.subarray(frame * length, (frame + 1) * length), index * length))
  return picked
}

/** Uncompressed pixel data as samples. `bytes` must be `nativeLength` long, a padding byte may follow. */
export function nativeSamples(bytes: Uint8Array, pixels: PixelDescription, coding: NativeCoding): StoredSamples {
  if (pixels.bitsAllocated === 1) return unpackBits(bytes, pixels)
  if (pixels.bitsAllocated === 8) {
    const ordered = coding.bigEndian && coding.wordData ? swapPairs(bytes) : bytes
    if (isSubsampled(pixels)) return signedIf(pixels.signed, expandYbr422(ordered))
    return signedIf(pixels.signed, ownBytes(ordered.subarray(0, nativeLength(pixels)), coding.mayChange))
  }
  return asSamples(nativeOrder(ownBytes(bytes, coding.mayChange), pixels.bitsAllocated / 8, coding.bigEndian), pixels)
}

function signedIf(signed: boolean, bytes: Uint8Array): Uint8Array | Int8Array {
  return signed ? new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) : bytes
}

/** The bytes at the start of a buffer, so that samples of any width can lie on them: a copy, or moved over what comes before them. */
function ownBytes(bytes: Uint8Array, mayChange: boolean): Uint8Array {
  if (!mayChange) return bytes.slice()
  const whole = new Uint8Array(bytes.buffer)
  whole.copyWithin(0, bytes.byteOffset, bytes.byteOffset + bytes.length)
  // The header must not travel along with the pixels.
  whole.fill(0, bytes.length)
  return whole.subarray(0, bytes.length)
}

/** In this machine's byte order, in place. Every platform Electron runs on is little endian. */
function nativeOrder(bytes: Uint8Array, width: number, bigEndian: boolean): Uint8Array {
  if (!bigEndian) return bytes
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (width === 2) buffer.swap16()
  else if (width === 4) buffer.swap32()
  else buffer.swap64()
  return bytes
}

/** Little-endian bytes at the start of a buffer as the typed array that the description asks for. */
export function asSamples(bytes: Uint8Array, pixels: PixelDescription): StoredSamples {
  const buffer = bytes.buffer as ArrayBuffer
  const count = bytes.length / (pixels.bitsAllocated / 8)
  if (pixels.kind === 'float') return new Float32Array(buffer, 0, count)
  if (pixels.kind === 'double') return new Float64Array(buffer, 0, count)
  if (pixels.bitsAllocated === 8) return new (pixels.signed ? Int8Array : Uint8Array)(buffer, 0, count)
  if (pixels.bitsAllocated === 16) return new (pixels.signed ? Int16Array : Uint16Array)(buffer, 0, count)
  return new (pixels.signed ? Int32Array : Uint32Array)(buffer, 0, count)
}

/** Bit-packed pixels, the first pixel in the lowest bit; frames follow each other without padding. Source: DICOM PS3.5 section 8.1.1. */
export function unpackBits(bytes: Uint8Array, pixels: PixelDescription): Uint8Array {
  const samples = new Uint8Array(pixels.rows * pixels.columns * pixels.frames * pixels.samples)
  for (let index = 0; index < samples.length; index++) samples[index] = (bytes[index >> 3] >> (index & 7)) & 1
  return samples
}

function swapPairs(bytes: Uint8Array): Uint8Array {
  const swapped = new Uint8Array(bytes.length)
  for (let index = 0; index + 1 < bytes.length; index += 2) {
    swapped[index] = bytes[index + 1]
    swapped[index + 1] = bytes[index]
  }
  return swapped
}
