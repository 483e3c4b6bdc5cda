import { explicitBigEndian, explicitLittleEndian, implicitLittleEndian } from '@engine/formats/dicom/transfer-syntax'

/** How a DICOM file begins. `bare` files lack preamble and file meta information and are opened when their first element is plausible. */
export type DicomLayout =
  | { readonly kind: 'part-10' }
  /** File meta information without the 128-byte preamble. */
  | { readonly kind: 'no-preamble'; readonly prefixBytes: number }
  | { readonly kind: 'bare'; readonly transferSyntaxUid: string }

const preambleBytes = 128

/** The layout of a DICOM file by its first bytes, or null when it is none. Source: DICOM PS3.10 section 7.1. */
export function dicomLayout(head: Uint8Array): DicomLayout | null {
  if (asciiAt(head, preambleBytes, 'DICM')) return { kind: 'part-10' }
  if (asciiAt(head, 0, 'DICM')) return { kind: 'no-preamble', prefixBytes: 4 }
  if (head.length < 16) return null
  if (wordAt(head, 0) === 2 && isExplicitVr(head, 4)) return { kind: 'no-preamble', prefixBytes: 0 }
  return bareLayout(head)
}

/** A preamble of an executable or script (CVE-2019-11687) instead of zeros or a TIFF header. */
export function hasExecutablePreamble(head: Uint8Array): boolean {
  if (!asciiAt(head, preambleBytes, 'DICM')) return false
  return asciiAt(head, 0, 'MZ') || asciiAt(head, 0, '\x7fELF') || asciiAt(head, 0, '#!') || isMachO(head)
}

function bareLayout(head: Uint8Array): DicomLayout | null {
  const group = wordAt(head, 0)
  if (group === 0x0008 && isExplicitVr(head, 4)) return { kind: 'bare', transferSyntaxUid: explicitLittleEndian }
  if (group === 0x0800 && isExplicitVr(head, 4)) return { kind: 'bare', transferSyntaxUid: explicitBigEndian }
  const length = wordAt(head, 4) + wordAt(head, 6) * 65536
  const next = 8 + length
  const followedByGroup8 = next + 4 <= head.length && [0x0008, 0x0010].includes(wordAt(head, next))
  if (group === 0x0008 && wordAt(head, 2) < 0x0100 && length < 1024 && followedByGroup8) {
    return { kind: 'bare', transferSyntaxUid: implicitLittleEndian }
  }
  return null
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

function isExplicitVr(head: Uint8Array, position: number): boolean {
  return valueRepresentations.has(String.fromCharCode(head[position], head[position + 1]))
}
