/** Where the parts of a DICOM file begin. */
export interface DicomLayout {
  /** Offset of the file meta information (group 0002), or of the data set when there is none. */
  readonly start: number
  /** False for a bare data set. */
  readonly hasMeta: boolean
  /** False when the 128 bytes before DICM are missing. */
  readonly hasPreamble: boolean
}

const preambleBytes = 128

/**
 * The layout of a DICOM file by its first bytes, or null when it is none.
 * Files without preamble or without meta information are accepted when their first element is plausible.
 * Source: DICOM PS3.10 section 7.1.
 */
export function dicomLayout(head: Uint8Array): DicomLayout | null {
  if (asciiAt(head, preambleBytes, 'DICM')) return { start: preambleBytes + 4, hasMeta: true, hasPreamble: true }
  if (asciiAt(head, 0, 'DICM')) return { start: 4, hasMeta: true, hasPreamble: false }
  if (head.length < 16) return null
  if (wordAt(head, 0) === 2 && isExplicitVr(head, 4)) return { start: 0, hasMeta: true, hasPreamble: false }
  return bareCoding(head, 0) === null ? null : { start: 0, hasMeta: false, hasPreamble: false }
}

/** How the data set at a position is written, judged by its first element; null when that is no element of group 0008. */
export function bareCoding(bytes: Uint8Array, position: number): 'explicit' | 'implicit' | 'big-endian' | null {
  if (position + 16 > bytes.length) return null
  const group = wordAt(bytes, position)
  if (group === 0x0008 && isExplicitVr(bytes, position + 4)) return 'explicit'
  if (group === 0x0800 && isExplicitVr(bytes, position + 4)) return 'big-endian'
  const length = wordAt(bytes, position + 4) + wordAt(bytes, position + 6) * 65536
  const next = position + 8 + length
  const followed = next + 4 <= bytes.length && [0x0008, 0x0010].includes(wordAt(bytes, next))
  return group === 0x0008 && wordAt(bytes, position + 2) < 0x0100 && length < 1024 && followed ? 'implicit' : null
}

/** A preamble of an executable or script (CVE-2019-11687) instead of zeros or a TIFF header. */
export function hasExecutablePreamble(head: Uint8Array): boolean {
  if (!asciiAt(head, preambleBytes, 'DICM')) return false
  return asciiAt(head, 0, 'MZ') || asciiAt(head, 0, '\x7fELF') || asciiAt(head, 0, '#!') || isMachO(head)
}

/** True when two bytes spell a value representation. */
export function isExplicitVr(bytes: Uint8Array, position: number): boolean {
  return valueRepresentations.has(String.fromCharCode(bytes[position], bytes[position + 1]))
}

function wordAt(bytes: Uint8Array, position: number): number {
  return bytes[position] | (bytes[position + 1] << 8)
}

function asciiAt(bytes: Uint8Array, position: number, text: string): boolean {
  if (bytes.length < position + text.length) return false
  for (let index = 0; index < text.length; index++) {
    if (bytes[position + index] !== text.charCodeAt(index)) return false
  }
  return true
}

function isMachO(head: Uint8Array): boolean {
  const magic = ((head[0] << 24) | (head[1] << 16) | (head[2] << 8) | head[3]) >>> 0
  return [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe].includes(magic)
}

const valueRepresentations = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(' ')
)
