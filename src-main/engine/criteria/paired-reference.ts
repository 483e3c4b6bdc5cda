import { asCaseValues, type CaseNumber, type Statistics } from '@engine/criteria/summary'
import type { Reference } from '@shared/report'

/** Which reference it is, and whether the rule of the row uses it. */
export type NamedReference = Pick<Reference, 'id' | 'title' | 'decides'>

/**
 * What a row is measured against: mean and interval by patient, the paired difference (row − reference), and the values image by image, so that
 * both intervals can be computed again from the report alone. Without any value it says why.
 */
export function pairedReference(
  named: NamedReference,
  numbers: readonly CaseNumber[],
  own: readonly CaseNumber[],
  statistics: Statistics
): Reference {
  const { value, ci95 } = statistics.summarise(own)
  if (value === null) {
    const reason = own.find((number) => number.reason !== undefined)?.reason ?? 'no value'
    return { ...named, value, ci95, difference: null, reason }
  }
  return { ...named, value, ci95, difference: statistics.difference(numbers, own), perCase: asCaseValues(own) }
}
