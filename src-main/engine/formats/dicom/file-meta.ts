import { isExplicitVr } from '@engine/formats/dicom/layout'

/** File meta information: what a reader must know before the data set. */
export interface FileMeta {
  /** '' when the file does not say. */
  readonly transferSyntaxUid: string
  /** Media Storage SOP Class; '' when the file does not say. */
  readonly sopClassUid: string
  /** Where the data set begins. */
  readonly end: number
}

const longForms = new Set(['OB', 'OW', 'UN', 'SQ', 'UT', 'OF', 'OD', 'OL', 'UC', 'UR'])

/**
 * Walks group 0002, always explicit little endian, up to the first element of another group; its stated length is not trusted.
 * Source: DICOM PS3.10 section 7.1.
 */
export function readFileMeta(bytes: Uint8Array, start: number): FileMeta {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let transferSyntaxUid = ''
  let sopClassUid = ''
  let position = start
  while (position + 8 <= bytes.length && view.getUint16(position, true) === 2 && isExplicitVr(bytes, position + 4)) {
    const element = view.getUint16(position + 2, true)
    const vr = String.fromCharCode(bytes[position + 4], bytes[position + 5])
    const long = longForms.has(vr)
    if (long && position + 12 > bytes.length) break
    const length = long ? view.getUint32(position + 8, true) : view.getUint16(position + 6, true)
    const value = position + (long ? 12 : 8)
    const stated = (): string =>
      Buffer.from(bytes.subarray(value, Math.min(value + length, bytes.length)))
        .toString('latin1')
        .replace(/[\0\s].*$/s, '')
    if (element === 0x0002) sopClassUid = stated()
    if (element === 0x0010) transferSyntaxUid = stated()
    position = value + length
  }
  return { transferSyntaxUid, sopClassUid, end: Math.min(position, bytes.length) }
}
