/** Words hidden between the frames' codes: JPEG comments and application segments, JP2 boxes of free content. */
export interface PixelComments {
  readonly bytes: number
  /** Their text, one letter a byte. */
  readonly text: string
}

const mostFragments = 10_000

/**
 * Comments within encapsulated pixels (the value of an element written with undefined length, from its first item on). Their bytes are
 * part of the pixel data and are not changed; who exports should know of them. JFIF, Adobe and SPIFF headers hold no free text.
 */
export function pixelComments(encapsulated: Uint8Array): PixelComments {
  const view = new DataView(encapsulated.buffer, encapsulated.byteOffset, encapsulated.byteLength)
  const found: Uint8Array[] = []
  let position = 0
  for (let count = 0; count < mostFragments && position + 8 <= encapsulated.length; count++) {
    const length = view.getUint32(position + 4, true)
    const fragment = encapsulated.subarray(position + 8, Math.min(position + 8 + length, encapsulated.length))
    found.push(...jpegComments(fragment), ...jp2Comments(fragment))
    position += 8 + length
  }
  return {
    bytes: found.reduce((sum, comment) => sum + comment.length, 0),
    text: found.map((comment) => Buffer.from(comment).toString('latin1')).join(' ')
  }
}

/** Segments before the first scan of a JPEG or JPEG-LS image, and COM of a JPEG 2000 codestream. Source: ITU-T T.81 B.2.4, T.800 A.9.2. */
function jpegComments(bytes: Uint8Array): Uint8Array[] {
  const codestream = bytes[0] === 0xff && bytes[1] === 0x4f
  if (!(bytes[0] === 0xff && bytes[1] === 0xd8) && !codestream) return []
  const found: Uint8Array[] = []
  let position = 2
  while (position + 4 <= bytes.length && bytes[position] === 0xff) {
    const marker = bytes[position + 1]
    // Start of scan, start of tile part, end of image: what follows is coded.
    if (marker === 0xda || marker === 0x90 || marker === 0xd9) break
    const length = (bytes[position + 2] << 8) | bytes[position + 3]
    const body = bytes.subarray(position + 4, position + 2 + length)
    if (codestream ? marker === 0x64 : isFreeSegment(marker, body)) found.push(body)
    position += 2 + length
  }
  return found
}

function isFreeSegment(marker: number, body: Uint8Array): boolean {
  if (marker === 0xfe) return true
  if (marker < 0xe0 || marker > 0xef) return false
  return !/^(JFIF|JFXX|Adobe|SPIFF|ICC_PROFILE)/.test(Buffer.from(body.subarray(0, 12)).toString('latin1'))
}

/** Boxes “xml ” and “uuid” of a JP2 file. Source: ITU-T T.800 I.7. */
function jp2Comments(bytes: Uint8Array): Uint8Array[] {
  if (Buffer.from(bytes.subarray(4, 8)).toString('latin1') !== 'jP  ') return []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: Uint8Array[] = []
  for (let position = 0; position + 8 <= bytes.length;) {
    const length = view.getUint32(position)
    const type = Buffer.from(bytes.subarray(position + 4, position + 8)).toString('latin1')
    if (length < 8) break
    if (type === 'xml ' || type === 'uuid') found.push(bytes.subarray(position + 8, position + length))
    position += length
  }
  return found
}
