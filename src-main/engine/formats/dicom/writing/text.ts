/** A number in at most 16 characters, as exact as fits: DICOM's decimal string. Source: PS3.5 6.2, DS. Not finite: ''. */
export function decimalString(value: number): string {
  if (!Number.isFinite(value)) return ''
  const plain = String(value === 0 ? 0 : value)
  if (plain.length <= 16) return plain
  for (let digits = 16; digits > 0; digits--) {
    const shorter = [value.toPrecision(digits), value.toExponential(digits - 1)].find((text) => text.length <= 16)
    if (shorter !== undefined) return shorter
  }
  return '0'
}

/** Text that fits an element of a number of characters: no control characters, no backslash, which would part values. */
export function shortText(text: string, length: number): string {
  const clean = text
    .replace(/\p{Cc}/gu, ' ')
    .replaceAll('\\', '/')
    .trim()
  return Array.from(clean).slice(0, length).join('').trimEnd()
}

/** Code string: capitals, digits, space and underscore, at most 16. Source: PS3.5 6.2, CS. */
export function codeString(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^A-Z0-9 _]/g, '_')
    .slice(0, 16)
    .trim()
}

/** Date as `YYYYMMDD`, local time. */
export function dicomDate(date: Date): string {
  return `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`
}

/** Time of day as `HHMMSS`, local time. */
export function dicomTime(date: Date): string {
  return `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`
}

/** A file's date if it is one, '' otherwise; the dotted form of old files is put right. */
export function cleanDate(text: string): string {
  const digits = /^\d{4}\.\d{2}\.\d{2}$/.test(text) ? text.replaceAll('.', '') : text
  const month = Number(digits.slice(4, 6))
  const day = Number(digits.slice(6, 8))
  return /^\d{8}$/.test(digits) && month >= 1 && month <= 12 && day >= 1 && day <= 31 ? digits : ''
}

/** A file's time of day if it is one, '' otherwise. */
export function cleanTime(text: string): string {
  return /^([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?)?)?$/.test(text) ? text : ''
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
