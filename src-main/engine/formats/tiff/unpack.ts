import { inflateSync } from 'node:zlib'
import { isErrorCode } from '@engine/formats/error-code'
import { damagedTiff } from '@engine/formats/tiff/damaged'
import { unpackLzw } from '@engine/formats/tiff/lzw'
import type { TiffCompression } from '@engine/formats/tiff/page'

/** The bytes of one strip or tile; never more than `length`, shorter when the block is cut off. Throws Fault `bad-image`. */
export function unpackedBlock(
  packed: Uint8Array,
  compression: TiffCompression,
  { length, name }: { length: number; name: string }
): Uint8Array {
  switch (compression) {
    case 'none':
      return packed.subarray(0, length)
    case 'lzw':
      return unpackLzw(packed, length)
    case 'packbits':
      return unpackBits(packed, length)
    case 'deflate':
      return inflated(packed, length, name)
  }
}

function inflated(packed: Uint8Array, length: number, name: string): Uint8Array {
  try {
    const bytes = inflateSync(packed, { maxOutputLength: Math.max(1, length) })
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  } catch (thrown) {
    const why = isErrorCode(thrown, 'ERR_BUFFER_TOO_LARGE')
      ? 'it unpacks to more than its size says'
      : 'its pixels cannot be unpacked'
    throw damagedTiff(name, why, thrown)
  }
}

/** Source: TIFF 6.0, section 9. */
function unpackBits(packed: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let to = 0
  for (let from = 0; from < packed.length && to < length;) {
    const count = packed[from++]
    if (count === 128) continue
    if (count < 128) {
      const piece = packed.subarray(from, Math.min(from + count + 1, from + length - to))
      bytes.set(piece, to)
      to += piece.length
      from += count + 1
    } else {
      const end = Math.min(length, to + 257 - count)
      bytes.fill(packed[from++] ?? 0, to, end)
      to = end
    }
  }
  return bytes.subarray(0, to)
}
