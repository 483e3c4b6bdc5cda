import type { DataSet } from 'dicom-parser'
import { elementBytes, textValues } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'

/** Text encodings by DICOM's defined terms. Source: DICOM PS3.3 C.12.1.1.2. */
const encodings: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'windows-1252',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk'
}

/** Escape sequences of ISO 2022 that select a set we can decode; the bytes after them up to the next escape use it. */
const escapes: readonly { readonly sequence: string; readonly encoding: string; readonly keepEscape: boolean }[] = [
  { sequence: '\x1b$B', encoding: 'iso-2022-jp', keepEscape: true },
  { sequence: '\x1b(J', encoding: 'shift_jis', keepEscape: false },
  { sequence: '\x1b)I', encoding: 'shift_jis', keepEscape: false },
  { sequence: '\x1b$)C', encoding: 'euc-kr', keepEscape: false },
  { sequence: '\x1b$)A', encoding: 'gbk', keepEscape: false },
  { sequence: '\x1b-A', encoding: 'windows-1252', keepEscape: false },
  { sequence: '\x1b-B', encoding: 'iso-8859-2', keepEscape: false },
  { sequence: '\x1b-L', encoding: 'iso-8859-5', keepEscape: false },
  { sequence: '\x1b-F', encoding: 'iso-8859-7', keepEscape: false },
  { sequence: '\x1b-G', encoding: 'iso-8859-6', keepEscape: false },
  { sequence: '\x1b-H', encoding: 'iso-8859-8', keepEscape: false },
  { sequence: '\x1b(B', encoding: 'windows-1252', keepEscape: false }
]

/** A text element in the file's own character set, stated in `root` for items of a sequence; '' when absent. For names and descriptions on the screen. */
export function localText(dataSet: DataSet, elementTag: string, root: DataSet = dataSet): string {
  const element = dataSet.elements[elementTag]
  if (element === undefined || element.length === 0 || element.items !== undefined) return ''
  const terms = textValues(root, tag.SpecificCharacterSet)
  return decodeText(elementBytes(dataSet, element), terms)
}

/** Bytes as text, by the values of Specific Character Set; control characters removed. */
export function decodeText(bytes: Uint8Array, characterSets: readonly string[]): string {
  const term = (characterSets[0] ?? '').replace('ISO 2022 IR', 'ISO_IR').replace(/^ISO-IR/, 'ISO_IR')
  const first = encodings[term] ?? 'windows-1252'
  return splitAtEscapes(bytes, first)
    .map((part) => decode(part.bytes, part.encoding))
    .join('')
    .replace(/\p{Cc}/gu, ' ')
    .trim()
}

interface Part {
  readonly bytes: Uint8Array
  readonly encoding: string
}

function splitAtEscapes(bytes: Uint8Array, firstEncoding: string): Part[] {
  const parts: Part[] = []
  let start = 0
  let encoding = firstEncoding
  for (let index = 0; index < bytes.length; index++) {
    const found = bytes[index] === 0x1b ? escapes.find((escape) => startsAt(bytes, index, escape.sequence)) : undefined
    if (found === undefined) continue
    parts.push({ bytes: bytes.subarray(start, index), encoding })
    start = found.keepEscape ? index : index + found.sequence.length
    encoding = found.sequence === '\x1b(B' ? firstEncoding : found.encoding
    index += found.sequence.length - 1
  }
  parts.push({ bytes: bytes.subarray(start), encoding })
  return parts
}

function startsAt(bytes: Uint8Array, position: number, sequence: string): boolean {
  for (let index = 0; index < sequence.length; index++) {
    if (bytes[position + index] !== sequence.charCodeAt(index)) return false
  }
  return true
}

function decode(bytes: Uint8Array, encoding: string): string {
  if (bytes.length === 0) return ''
  try {
    return new TextDecoder(encoding).decode(bytes)
  } catch {
    // A Node built without this encoding still shows the plain letters.
    return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : '?')).join('')
  }
}
