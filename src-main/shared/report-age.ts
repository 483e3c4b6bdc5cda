import * as v from 'valibot'
import { areas } from './verdict'

const Id = v.pipe(v.string(), v.maxLength(512))
const Questions = v.array(v.picklist(areas))

/** An outline that is not the one a report was computed with. */
export const ChangedOutline = v.object({
  caseId: v.string(),
  /** Name of the case in lists. */
  title: v.string(),
  reader: v.string(),
  how: v.picklist(['changed', 'drawn', 'gone'])
})
export type ChangedOutline = v.InferOutput<typeof ChangedOutline>

/** Whether a report still says what is true of the outlines as they are now. */
export const ReportAge = v.object({
  /** Outlines that are others now; empty: it does. */
  changed: v.array(ChangedOutline),
  /** Questions the report answered, and of them those that look at outlines. */
  questions: Questions,
  depending: Questions,
  /** Of the questions, those that were computed for this report; the others were known from an earlier one. */
  computed: Questions,
  /** The report this one follows, when it was computed again. */
  follows: v.nullable(Id)
})
export type ReportAge = v.InferOutput<typeof ReportAge>

const ofReport = v.object({ reportId: Id })

/** Messages about reports whose outlines changed since; spread into the protocol. */
export const reportAgeCommands = {
  'report.age': { input: ofReport, output: ReportAge },
  /** Asks the same again, as a report of its own: only what depends on what changed is computed. */
  'report.again': { input: ofReport, output: v.object({ jobId: Id, reportId: Id }) }
}
