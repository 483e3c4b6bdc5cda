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
}

/** Uncompressed pixel data as samples. `bytes` must be `nativeLength` long, a padding byte may follow. */
export function nativeSamples(bytes: Uint8Array, pixels: PixelDescription, coding: NativeCoding): StoredSamples {
  if (pixels.bitsAllocated === 1) return unpackBits(bytes, pixels)
  if (pixels.bitsAllocated === 8) {
    const ordered = coding.bigEndian && coding.wordData ? swapPairs(bytes) : bytes
    const whole = isSubsampled(pixels) ? expandYbr422(ordered) : ordered.slice(0, nativeLength(pixels))
    return pixels.signed ? new Int8Array(whole.buffer, whole.byteOffset, whole.length) : whole
  }
  const width = pixels.bitsAllocated / 8
  return asSamples(alignedNative(bytes, width, coding.bigEndian), pixels)
}

/** A copy in this machine's byte order, aligned for typed arrays. Every platform Electron runs on is little endian. */
function alignedNative(bytes: Uint8Array, width: number, bigEndian: boolean): ArrayBuffer {
  const copy = new Uint8Array(bytes.length)
  copy.set(bytes)
  if (bigEndian) {
    const buffer = Buffer.from(copy.buffer)
    if (width === 2) buffer.swap16()
    else if (width === 4) buffer.swap32()
    else buffer.swap64()
  }
  return copy.buffer
}

/** Little-endian bytes as the typed array that the description asks for. */
export function asSamples(buffer: ArrayBuffer, pixels: PixelDescription): StoredSamples {
  if (pixels.kind === 'float') return new Float32Array(buffer)
  if (pixels.kind === 'double') return new Float64Array(buffer)
  if (pixels.bitsAllocated === 8) return pixels.signed ? new Int8Array(buffer) : new Uint8Array(buffer)
  if (pixels.bitsAllocated === 16) return pixels.signed ? new Int16Array(buffer) : new Uint16Array(buffer)
  return pixels.signed ? new Int32Array(buffer) : new Uint32Array(buffer)
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
