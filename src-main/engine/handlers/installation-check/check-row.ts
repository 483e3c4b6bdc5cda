import { asFault } from '@engine/fault'
import type { CheckRow } from '@shared/installation'

/** One thing with a known answer. `measure` returns what was found, how far that is off, and how far it may be. */
export interface KnownAnswer {
  readonly group: CheckRow['group']
  readonly what: string
  readonly expected: string
  readonly measure: () => Promise<Measured> | Measured
}

export interface Measured {
  readonly found: string
  /** Largest difference from the known answer; NaN never passes. */
  readonly off: number
  readonly allowed: number
}

/** Measures one thing; what throws is a failed row, not the end of the check. Throws Fault `cancelled` only. */
export async function checkRow({ group, what, expected, measure }: KnownAnswer): Promise<CheckRow> {
  const begun = performance.now()
  const seconds = (): number => Math.round(performance.now() - begun) / 1000
  try {
    const { found, off, allowed } = await measure()
    const state = off <= allowed ? 'pass' : 'fail'
    return { group, what, expected, found, state, seconds: seconds() }
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'cancelled') throw fault
    return { group, what, expected, found: fault.message, state: 'fail', seconds: seconds() }
  }
}

/** Largest difference between two lists; infinite when they differ in length. */
export function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity
  let largest = 0
  for (let i = 0; i < found.length; i++) largest = Math.max(largest, Math.abs(found[i] - expected[i]))
  return Number.isNaN(largest) ? Infinity : largest
}
