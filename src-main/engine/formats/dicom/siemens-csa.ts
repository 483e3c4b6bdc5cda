/** Tags read from a Siemens CSA header, by name; values as text. */
export type CsaTags = ReadonlyMap<string, readonly string[]>

const tagBytes = 84
const itemBytes = 16

/**
 * Reads a "SV10" CSA header (0029,1010): a vendor's table of names and texts inside a private element.
 * Returns an empty map for anything else; never throws. Source: nibabel's description of the Siemens CSA format.
 */
export function readCsa(bytes: Uint8Array): CsaTags {
  const tags = new Map<string, readonly string[]>()
  if (ascii(bytes, 0, 4) !== 'SV10' || bytes.length < 16) return tags
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = Math.min(view.getUint32(8, true), 1000)
  let position = 16
  for (let index = 0; index < count && position + tagBytes <= bytes.length; index++) {
    const name = ascii(bytes, position, 64)
    const items = view.getInt32(position + 76, true)
    position += tagBytes
    const values: string[] = []
    for (let item = 0; item < items && position + itemBytes <= bytes.length; item++) {
      const length = view.getInt32(position + 4, true)
      if (length < 0 || position + itemBytes + length > bytes.length) return tags
      values.push(ascii(bytes, position + itemBytes, length).trim())
      position += itemBytes + Math.ceil(length / 4) * 4
    }
    tags.set(name, values)
  }
  return tags
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  const text = String.fromCharCode(...bytes.subarray(start, start + Math.min(length, 1024)))
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}
