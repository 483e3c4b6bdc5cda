import { missingReasons } from '@engine/criteria/row'
import type { CaseNumber } from '@engine/criteria/summary'
import { counted } from '@engine/criteria/wording'
import type { Reference } from '@shared/report'

/**
 * Why a difference that decides rests on too few patients, or null: a reference may be known for fewer of them than the map is. One without any
 * interval is another matter, which the rules name themselves.
 */
export function tooFewPaired(references: readonly Reference[], needed: number): string | null {
  const thin = references.find(
    ({ decides, difference }) =>
      decides && difference !== null && difference.ci95 !== null && (difference.patients ?? needed) < needed
  )
  if (thin === undefined) return null
  return `Only ${counted(thin.difference!.patients!, 'patient')} to compare with the ${thin.title}: at least ${needed} are needed.`
}

/** The most frequent reason why images have no value, in brackets, for a sentence that says how few patients are left; empty without one. */
export function mostMissing(numbers: readonly CaseNumber[]): string {
  const [most] = missingReasons(numbers)
  return most === undefined ? '' : ` (${most.reason}: ${counted(most.n, 'image')})`
}
