import type { ReadingRecord } from './reading-study'

/** What a reader said of a case, without the clock that runs on meanwhile: the audit trail keeps its hash. */
export const saidInRecord = ({ reading, noFinding, certainty, flagged, comment, ...rest }: ReadingRecord): string =>
  JSON.stringify([reading, noFinding, certainty, flagged, comment, rest.mapShown, rest.versions, rest.change])

/** Whether a reader has said nothing at all yet. */
export const saysNothing = ({ noFinding, certainty, flagged, comment, ...rest }: ReadingRecord): boolean =>
  !noFinding && certainty === null && !flagged && comment === '' && rest.mapShown === null && rest.versions.length === 0
