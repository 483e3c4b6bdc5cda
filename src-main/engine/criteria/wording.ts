import { powerOfTen } from '@shared/number-words'
import type { Interval } from '@shared/report'

/** A figure for a sentence: two decimals, three below 0.1, a power of ten where those would all be 0; a real minus sign. */
export function figure(value: number | null): string {
  if (value === null) return 'undefined'
  const size = Math.abs(value)
  if (size > 0 && size < 0.0005) return powerOfTen(value)
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 3
  return value.toFixed(digits).replace('-', '−')
}

/** `0.48 (0.45–0.52)`. */
export function withInterval(value: number | null, interval: Interval | null): string {
  if (value === null || interval === null) return figure(value)
  const dash = interval[0] < 0 || interval[1] < 0 ? ' to ' : '–'
  return `${figure(value)} (${figure(interval[0])}${dash}${figure(interval[1])})`
}

/** `1 image`, `3 images`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`
}

const words = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

/** Small counts as words. */
export function inWords(count: number): string {
  return words[count] ?? String(count)
}

/** `88 %`, `1.9 %`: one decimal below ten percent. */
export function percent(share: number): string {
  const value = 100 * share
  return `${value.toFixed(value >= 10 || value === 0 ? 0 : 1)} %`
}

/** `88 %, 78–94`. */
export function percentWithInterval(share: number, interval: Interval | null): string {
  if (interval === null) return percent(share)
  return `${percent(share)}, ${percent(interval[0]).replace(' %', '')}–${percent(interval[1]).replace(' %', '')}`
}

/** The text with a capital first letter, as a sentence begins. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
