import type { DataSet, Element } from 'dicom-parser'

/** Values of one element as text, split at backslashes, padding removed; [] when absent or empty. */
export function textValues(dataSet: DataSet, tag: string): string[] {
  const element = dataSet.elements[tag]
  if (element === undefined || element.length === 0 || element.items !== undefined) return []
  const bytes = elementBytes(dataSet, element)
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text.split('\\').map(trimPadding)
}

/** The first value as text, '' when absent. */
export function text(dataSet: DataSet, tag: string): string {
  return textValues(dataSet, tag)[0] ?? ''
}

/** Numbers of an element whatever its VR says: binary (US, SS, UL, SL, FL, FD) or text (DS, IS); [] when absent. Unreadable text gives NaN. */
export function numbers(dataSet: DataSet, tag: string, implicitVr: NumericVr): number[] {
  const element = dataSet.elements[tag]
  if (element === undefined || element.length === 0 || element.items !== undefined) return []
  const stated = element.vr === undefined || element.vr === 'UN' ? implicitVr : element.vr
  const binary = binaryReaders[stated as BinaryVr]
  if (binary === undefined) return textValues(dataSet, tag).map(parseNumber)
  const available = Math.min(element.length, dataSet.byteArray.length - element.dataOffset)
  const count = Math.floor(available / binary.bytes)
  const parser = element.parser ?? dataSet.byteArrayParser
  return Array.from({ length: count }, (_, index) => {
    const position = element.dataOffset + index * binary.bytes
    return parser[binary.method](dataSet.byteArray, position)
  })
}

/** The first number, or undefined. */
export function number(dataSet: DataSet, tag: string, implicitVr: NumericVr): number | undefined {
  return numbers(dataSet, tag, implicitVr)[0]
}

/** Items of a sequence, [] when absent or not parsed as one. */
export function sequenceItems(dataSet: DataSet, tag: string): DataSet[] {
  const items = dataSet.elements[tag]?.items ?? []
  return items.flatMap((item) => (item.dataSet === undefined ? [] : [item.dataSet]))
}

/** Bytes of an element, cut at the end of the file. */
export function elementBytes(dataSet: DataSet, element: Element): Uint8Array {
  const start = Math.min(element.dataOffset, dataSet.byteArray.length)
  return dataSet.byteArray.subarray(start, Math.min(start + element.length, dataSet.byteArray.length))
}

type BinaryVr = 'US' | 'SS' | 'UL' | 'SL' | 'FL' | 'FD' | 'AT'
/** VR assumed when the transfer syntax is implicit or the file says UN. */
export type NumericVr = BinaryVr | 'DS' | 'IS'

type ParserMethod = 'readUint16' | 'readInt16' | 'readUint32' | 'readInt32' | 'readFloat' | 'readDouble'

const binaryReaders: Partial<Record<BinaryVr, { bytes: number; method: ParserMethod }>> = {
  US: { bytes: 2, method: 'readUint16' },
  SS: { bytes: 2, method: 'readInt16' },
  UL: { bytes: 4, method: 'readUint32' },
  SL: { bytes: 4, method: 'readInt32' },
  FL: { bytes: 4, method: 'readFloat' },
  FD: { bytes: 8, method: 'readDouble' }
}

function parseNumber(value: string): number {
  return value === '' ? NaN : Number(value)
}

/** DICOM pads text with spaces, UIDs with NUL; some writers leave rubbish after a NUL. */
function trimPadding(value: string): string {
  const end = value.indexOf('\0')
  return (end < 0 ? value : value.slice(0, end)).trim()
}
