import * as v from 'valibot'
import { Report } from './report'
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

const Listed = v.object({ reportId: Id, title: v.string(), complete: v.boolean(), made: v.string() })

/** Messages about reports that are there, and whether they still hold; spread into the protocol. */
export const reportCommands = {
  'report.list': { input: v.object({}), output: v.array(Listed) },
  'report.read': { input: ofReport, output: v.object({ report: Report, complete: v.boolean() }) },
  'report.age': { input: ofReport, output: ReportAge },
  /** Asks the same again, as a report of its own: only what depends on what changed is computed. */
  'report.again': { input: ofReport, output: v.object({ jobId: Id, reportId: Id }) }
}
