/** Moments as DICOM writes them (PS3.5 6.2), in seconds since 1970 by the clock of the scanner; null for what is none. */

/** A DA and a TM together; a TM may stop after the hours or minutes, old ones have colons. */
export function momentOfDay(date: string, time: string): number | null {
  const day = /^(\d{4})\.?(\d\d)\.?(\d\d)$/u.exec(date)
  const seconds = secondsOfDay(time)
  if (day === null || seconds === null) return null
  const midnight = Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])) / 1000
  return Number.isFinite(midnight) ? midnight + seconds : null
}

/** A DT with at least its day and hour; the offset from UTC is that of the scanner and left aside. */
export function momentOfDateTime(value: string): number | null {
  const parts = /^(\d{8})(\d{2,6}(?:\.\d{1,6})?)(?:[+-]\d{4})?$/u.exec(value)
  return parts === null ? null : momentOfDay(parts[1], parts[2])
}

/** Seconds since midnight of a TM. */
export function secondsOfDay(time: string): number | null {
  const parts = /^(\d\d):?(\d\d)?:?(\d\d(?:\.\d{1,6})?)?$/u.exec(time)
  if (parts === null) return null
  const [hours, minutes, seconds] = [parts[1], parts[2] ?? '0', parts[3] ?? '0'].map(Number)
  return hours < 24 && minutes < 60 && seconds < 61 ? hours * 3600 + minutes * 60 + seconds : null
}
