import { createHash, randomBytes } from 'node:crypto'

/** Identifies the program that wrote a file (0002,0012): a UID derived from a UUID, fixed for Saliscope. */
export const implementationClassUid = derivedUid('saliscope implementation class')

/** A new UID: `2.25.` and a random UUID as a whole number. Source: DICOM PS3.5 B.2. */
export function newUid(): string {
  return uidOfBytes(randomBytes(16), 4)
}

/** The same text always gives the same UID: a UUID of version 8 made of its SHA-256. For results that must come out equal. */
export function derivedUid(text: string): string {
  return uidOfBytes(createHash('sha256').update(text).digest().subarray(0, 16), 8)
}

/** True for digits and dots without leading zeros, at most 64 characters. Source: DICOM PS3.5 9.1. */
export function isUid(text: string): boolean {
  return text.length <= 64 && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(text)
}

function uidOfBytes(bytes: Uint8Array, version: number): string {
  const uuid = Uint8Array.from(bytes)
  uuid[6] = (uuid[6] & 0x0f) | (version << 4)
  uuid[8] = (uuid[8] & 0x3f) | 0x80
  return `2.25.${BigInt(`0x${Buffer.from(uuid).toString('hex')}`)}`
}
