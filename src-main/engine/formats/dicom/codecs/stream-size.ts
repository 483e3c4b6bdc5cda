/** What a compressed frame says about itself. */
export interface StreamFacts {
  readonly width: number
  readonly height: number
  readonly components: number
  /** Bits per sample. */
  readonly precision: number
  /** Which JPEG it is; null for JPEG 2000. */
  readonly process: 'dct' | 'lossless' | 'jpeg-ls' | null
}

/** Size of a JPEG, lossless JPEG or JPEG-LS stream by its start-of-frame segment; null when there is none. Source: ITU-T T.81 B.2.2, T.87 C.2.2. */
export function jpegFacts(stream: Uint8Array): StreamFacts | null {
  if (stream[0] !== 0xff || stream[1] !== 0xd8) return null
  let position = 2
  while (position + 10 <= stream.length) {
    if (stream[position] !== 0xff) return null
    const marker = stream[position + 1]
    if (isFrameHeader(marker)) return frameHeader(stream.subarray(position + 4), marker)
    if (marker === 0xd9 || marker === 0xda) return null
    position += segmentLength(stream, position)
  }
  return null
}

function frameHeader(body: Uint8Array, marker: number): StreamFacts {
  return {
    precision: body[0],
    height: (body[1] << 8) | body[2],
    width: (body[3] << 8) | body[4],
    components: body[5],
    process: marker === 0xf7 ? 'jpeg-ls' : marker === 0xc3 ? 'lossless' : 'dct'
  }
}

/** Bytes to the next marker: fill bytes are one, markers without a body two. */
function segmentLength(stream: Uint8Array, position: number): number {
  const marker = stream[position + 1]
  if (marker === 0xff) return 1
  if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) return 2
  return 2 + Math.max(2, (stream[position + 2] << 8) | stream[position + 3])
}

/** SOF0…SOF15 without DHT (C4), JPG (C8) and DAC (CC); SOF55 is JPEG-LS. */
function isFrameHeader(marker: number): boolean {
  if (marker === 0xf7) return true
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** Size of a JPEG 2000 codestream by its SIZ segment, also inside a JP2 wrapper; null when there is none. Source: ITU-T T.800 A.5.1. */
export function jpeg2000Facts(stream: Uint8Array): StreamFacts | null {
  const start = codestreamStart(stream)
  if (start < 0 || start + 44 > stream.length) return null
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength)
  const word = (index: number): number => view.getUint32(start + 8 + index * 4)
  return {
    width: word(0) - word(2),
    height: word(1) - word(3),
    components: view.getUint16(start + 40),
    precision: (stream[start + 42] & 0x7f) + 1,
    process: null
  }
}

function codestreamStart(stream: Uint8Array): number {
  // A JP2 wrapper puts some boxes, well below 4 KiB, before the codestream.
  const last = Math.min(stream.length - 4, 4096)
  for (let position = 0; position <= last; position++) {
    const found = stream[position] === 0xff && stream[position + 1] === 0x4f
    if (found && stream[position + 2] === 0xff && stream[position + 3] === 0x51) return position
  }
  return -1
}
