import type { PixelDescription } from '@engine/formats/dicom/pixel-description'

/** One decoded frame: little-endian bytes of samples, colour side by side. */
export interface DecodedFrame {
  readonly bytes: Uint8Array
  /** 1, 2 or 4. */
  readonly bytesPerSample: number
  readonly samples: number
  /** The codec turned the colours into RGB already. */
  readonly rgb: boolean
}

/**
 * Decodes one compressed frame of the size the header states.
 * Throws whatever the codec throws; the caller names the file.
 */
export type FrameCodec = (frame: Uint8Array, pixels: PixelDescription) => Promise<DecodedFrame>

/** Bytes a decoded frame of this description takes, bit-packed pixels as one byte each. */
export function frameSamples(pixels: PixelDescription): number {
  return pixels.rows * pixels.columns * pixels.samples
}
