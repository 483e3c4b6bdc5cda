import type { Pseudonyms } from './pseudonyms'
import { asciiBytes, latinText } from './value-text'

const dummies: Readonly<Record<string, string>> = {
  AE: 'REMOVED',
  AS: '000Y',
  CS: 'UNKNOWN',
  DA: '19000101',
  DS: '0',
  DT: '19000101000000',
  IS: '0',
  LO: 'REMOVED',
  LT: 'REMOVED',
  PN: 'Removed',
  SH: 'REMOVED',
  ST: 'REMOVED',
  TM: '000000',
  UC: 'REMOVED',
  UR: 'about:blank',
  UT: 'REMOVED'
}

/** A value of the same VR that says nothing; binary values become zeros of the same length. */
export function dummyValue(vr: string, value: Uint8Array): Uint8Array {
  if (value.length === 0) return value
  const text = dummies[vr] as string | undefined
  return text === undefined ? new Uint8Array(value.length) : asciiBytes(text)
}

/** New UIDs for all values; UIDs that DICOM itself defines stay. */
export function replacedUids(value: Uint8Array, map: Pseudonyms): Uint8Array {
  const replaced = latinText(value)
    .split('\\')
    .map((uid) => uid.replace(/[\0 ]+$/, ''))
    .map((uid) => (uid === '' || isStandardUid(uid) ? uid : map.uid(uid)))
  return asciiBytes(replaced.join('\\'))
}

/** Registered by DICOM: SOP classes, transfer syntaxes, well-known frames of reference. */
export function isStandardUid(uid: string): boolean {
  return /^1\.2\.840\.10008\.[0-9.]+$/.test(uid)
}

const dayMs = 86_400_000

/** Dates moved by whole days, times as they are; what is no valid date or time becomes a dummy. Source: PS3.15 E.3.6. */
export function shiftedTimes(vr: string, value: Uint8Array, days: number): Uint8Array {
  const parts = latinText(value)
    .split('\\')
    .map((part) => part.trim())
  const moved = parts.map((part) => {
    if (part === '') return ''
    if (vr === 'TM') return /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/.test(part) ? part : null
    const found = vr === 'DA' ? /^(\d{4})(\d{2})(\d{2})()$/.exec(part) : dateTime.exec(part)
    return found === null ? null : shiftedDate(found, days)
  })
  return moved.includes(null) ? dummyValue(vr, value) : asciiBytes(moved.join('\\'))
}

/** DT without time zone: the zone says where the patient was. */
const dateTime = /^(\d{4})(\d{2})(\d{2})((?:\d{2}){0,3}(?:\.\d{1,6})?)(?:[+-]\d{4})?$/

function shiftedDate([, year, month, day, rest]: RegExpExecArray, days: number): string | null {
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  if (at.getUTCMonth() !== Number(month) - 1 || at.getUTCDate() !== Number(day)) return null
  const moved = new Date(at.getTime() + days * dayMs)
  return moved.toISOString().slice(0, 10).replaceAll('-', '') + rest
}
