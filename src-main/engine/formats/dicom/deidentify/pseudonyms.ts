import { createHmac } from 'node:crypto'

/** Replacements that are the same wherever the same original is met in one project, and tell nothing of it without the salt. */
export interface Pseudonyms {
  /** New UID for an old one: `2.25.` and 122 bits of a keyed hash. */
  uid(original: string): string
  /** Pseudonym of a patient: "SAL-" and ten letters. */
  patient(key: string): string
  /** Days by which this patient's dates move: −1 to −3650, the same for all of them. */
  dayShift(key: string): number
  /** Short stand-in for a private code value. */
  code(original: string): string
}

/** Pseudonyms of one project. `salt` is secret: who has it can recompute them from the originals. */
export function pseudonyms(salt: Uint8Array): Pseudonyms {
  const hash = (kind: string, text: string): Buffer =>
    createHmac('sha256', salt).update(kind).update('\0').update(text).digest()
  return {
    uid: (original) => `2.25.${uuidNumber(hash('uid', original))}`,
    patient: (key) => `SAL-${letters(hash('patient', key), 10)}`,
    dayShift: (key) => -(1 + (hash('days', key).readUInt32BE(0) % 3650)),
    code: (original) => `H${letters(hash('code', original), 10)}`
  }
}

/** A version 8 UUID (RFC 9562) of the hash as a decimal number. Source: DICOM PS3.5 section B.2. */
function uuidNumber(hash: Buffer): string {
  const bytes = Buffer.from(hash.subarray(0, 16))
  bytes[6] = (bytes[6] & 0x0f) | 0x80
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  return BigInt(`0x${bytes.toString('hex')}`).toString()
}

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

function letters(hash: Buffer, count: number): string {
  return Array.from(hash.subarray(0, count), (byte) => alphabet[byte % 32]).join('')
}
