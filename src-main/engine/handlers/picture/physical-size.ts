import { crc32 } from 'node:zlib'

const signature = 8
/** IHDR: length, type, 13 bytes, checksum. */
const header = 4 + 4 + 13 + 4

/** A PNG with its resolution stated (pHYs, PNG specification 11.3.5.3), so that programs print it at its size. */
export function withResolution(png: Uint8Array, dotsPerInch: number): Uint8Array {
  const chunk = Buffer.alloc(4 + 4 + 9 + 4)
  const perMetre = Math.round(dotsPerInch / 0.0254)
  chunk.writeUInt32BE(9, 0)
  chunk.write('pHYs', 4, 'latin1')
  chunk.writeUInt32BE(perMetre, 8)
  chunk.writeUInt32BE(perMetre, 12)
  chunk.writeUInt8(1, 16)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17)
  const at = signature + header
  return Buffer.concat([png.subarray(0, at), chunk, png.subarray(at)])
}
