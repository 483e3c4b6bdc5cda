import { deflateSync, inflateSync } from 'node:zlib'
import type { MaskGrid } from '@engine/readers/reader-mask'
import { pasted, type Crop } from '@engine/readers/study/crop-to-marks'

/** A probability in a box of an image, 0 outside of it. */
export interface Probability {
  readonly size: MaskGrid['size']
  readonly crop: Crop
  /** Of the box, first axis fastest. */
  readonly values: Float32Array
}

/** How it is kept: a line of JSON with the image's size and the box, then float32, little endian; all of it deflated. */
export function probabilityBytes({ size, crop, values }: Probability): Uint8Array {
  const head = Buffer.from(`${JSON.stringify({ size, crop })}\n`, 'latin1')
  return deflateSync(Buffer.concat([head, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]))
}

/** The whole image again. The bytes are those of `probabilityBytes`: their hash was compared when they were read. */
export function probabilityVoxels(bytes: Uint8Array): Float32Array {
  const plain = inflateSync(bytes)
  const end = plain.indexOf(0x0a)
  const { size, crop } = JSON.parse(plain.subarray(0, end).toString('latin1')) as Omit<Probability, 'values'>
  const values = new Float32Array(Uint8Array.from(plain.subarray(end + 1)).buffer)
  return pasted(values, size, crop)
}
