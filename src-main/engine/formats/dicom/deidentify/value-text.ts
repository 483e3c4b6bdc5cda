import { decodeText } from '@engine/formats/dicom/charset'

/** A text value's bytes with its padding gone, one letter a byte. */
export function latinText(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
}

/** A text value in its own character set. */
export function localValue(bytes: Uint8Array, characterSets: readonly string[]): string {
  return decodeText(bytes, characterSets)
}

/** Bytes of a text in the default repertoire. */
export function asciiBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}
