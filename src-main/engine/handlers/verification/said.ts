import type { Rerun } from './rerun'

/** Something that does not follow from what it should follow from, with the sentence that says so. */
export const differs = (file: string, reason: string): Rerun => ({ file, state: 'differs', off: null, reason })

/** Something that was drawn again and came out the same. */
export const asStated = (file: string): Rerun => ({ file, state: 'identical', off: 0, reason: '' })

/** Something that could not be held against anything: it is named, never passed over. */
export const takenAsWritten = (what: string, reason = 'the report does not keep what they follow from'): Rerun => ({
  file: `report.json, ${what}`,
  state: 'as-written',
  off: null,
  reason
})
