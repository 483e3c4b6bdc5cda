import type { Interval } from '@shared/report'

/** "a, b and c". */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`
}

/** 0.436 as "44 %"; under ten per cent with one decimal. */
export function percent(share: number): string {
  const value = 100 * share
  return `${Math.abs(value) < 10 && value !== 0 ? value.toFixed(1) : Math.round(value)} %`
}

/** "88 %, 78–94". */
export function percentInterval(share: number, interval: Interval | null): string {
  if (interval === null) return percent(share)
  return `${percent(share)}, ${Math.round(100 * interval[0])}–${Math.round(100 * interval[1])}`
}
