import * as v from 'valibot'
import { Count, Interval, Undefinable } from './verdict'

export const ReportCitation = v.object({ text: v.string(), bibtex: v.string() })

/** One setting of a published study: what it says and what this run did. */
export const Departure = v.object({
  what: v.string(),
  /** "not published" where the study is silent. */
  published: v.string(),
  here: v.string(),
  /** Saliscope's default. */
  usual: v.string(),
  why: v.string(),
  /** The study does not say: the value is ours. */
  ourChoice: v.boolean()
})
export type Departure = v.InferOutput<typeof Departure>

/** A figure of the study beside the same of this run, per model. */
export const Anchor = v.object({
  /** What was measured, in words, with the unit where there is one. */
  what: v.string(),
  /** Data set of the study. */
  set: v.string(),
  /** Map of the preset; empty for a figure about no map. */
  method: v.string(),
  published: v.string(),
  /** Where the number stands: abstract, table, read off a figure. */
  source: v.string(),
  /** What the values of this run are; a mean over images where it is absent (older reports). */
  kind: v.optional(v.picklist(['mean', 'p', 'count', 'best'])),
  here: v.array(
    v.object({
      model: v.string(),
      /** Images behind the value; maps that were judged where it is a count of maps. */
      n: Count,
      value: Undefinable,
      ci95: v.nullable(Interval),
      /** Why there is no value; for the best map its name, for a figure of one finding the finding. */
      reason: v.string()
    })
  )
})
export type Anchor = v.InferOutput<typeof Anchor>

/** The published study a report follows. */
export const ReportPreset = v.object({
  id: v.string(),
  title: v.string(),
  citation: ReportCitation,
  /** Whole sentences about what the study did. */
  summary: v.string(),
  departures: v.array(Departure),
  anchors: v.array(Anchor)
})
export type ReportPreset = v.InferOutput<typeof ReportPreset>
