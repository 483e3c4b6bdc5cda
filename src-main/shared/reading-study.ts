import * as v from 'valibot'
import { Boxes } from './drawing'
import { mostSegments } from './drawing/most-segments'

/**
 * A study of readers: which cases, who reads them, in which seeded order, blinded to what. Files and the workspace hold it
 * in this form; what a reader is shown of it is `ReaderTask` (reading-protocol.ts).
 */

const Name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120))
const Key = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{1,64}$/u, 'A key is letters, digits, dot, dash.'))
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** A code of a dictionary (SNOMED CT, RadLex, own): what a segment means to a machine. */
export const SegmentCode = v.strictObject({
  scheme: v.pipe(v.string(), v.maxLength(16)),
  value: v.pipe(v.string(), v.maxLength(64)),
  meaning: v.pipe(v.string(), v.maxLength(120))
})

/** One finding the readers may outline. */
export const StudySegment = v.strictObject({
  name: Name,
  /** `#rrggbb` */
  colour: v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/u, 'A colour is #rrggbb.')),
  code: v.optional(v.nullable(SegmentCode), null)
})
export type StudySegment = v.InferOutput<typeof StudySegment>

/** What a reader must not see; true means absent. */
export const Blinding = v.strictObject({
  label: v.optional(v.boolean(), true),
  prediction: v.optional(v.boolean(), true),
  map: v.optional(v.boolean(), true),
  readers: v.optional(v.boolean(), true)
})
export type Blinding = v.InferOutput<typeof Blinding>

/** The map that is shown after a reader is done with a case. */
export const RevealedMap = v.strictObject({
  modelId: v.pipe(v.string(), v.maxLength(512)),
  expression: v.pipe(v.string(), v.maxLength(512)),
  target: v.optional(v.pipe(v.string(), v.maxLength(120)), 'predicted'),
  /** Settings of the method that are not its defaults. */
  params: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()])), {})
})
export type RevealedMap = v.InferOutput<typeof RevealedMap>

/** A case as the organiser knows it. A reader never sees more of it than the number of the reading. */
export const StudyCase = v.strictObject({
  caseId: v.pipe(v.string(), v.maxLength(512)),
  /** Images of one patient are drawn together when intervals are made. */
  patient: v.pipe(v.string(), v.maxLength(256)),
  /** Files it is opened from again; empty for the embedded sample. */
  paths: v.pipe(v.array(v.pipe(v.string(), v.maxLength(4096))), v.maxLength(100_000)),
  source: v.picklist(['sample', 'brain-sample', 'ct-sample', 'own'])
})
export type StudyCase = v.InferOutput<typeof StudyCase>

export const StudyReader = v.strictObject({ id: Key, name: Name })
export type StudyReader = v.InferOutput<typeof StudyReader>

export const StudyDefinition = v.strictObject({
  version: v.literal(1),
  id: Key,
  title: Name,
  /** ISO, UTC. */
  created: v.pipe(v.string(), v.maxLength(40)),
  seed: Count,
  cases: v.pipe(v.array(StudyCase), v.minLength(1), v.maxLength(100_000)),
  readers: v.pipe(v.array(StudyReader), v.minLength(1), v.maxLength(50)),
  blinded: v.optional(Blinding, {}),
  /** Cases every reader reads twice without being told. */
  repeats: v.optional(Count, 0),
  reveal: v.optional(v.nullable(RevealedMap), null),
  askCertainty: v.optional(v.boolean(), true),
  segments: v.pipe(v.array(StudySegment), v.minLength(1), v.maxLength(64)),
  /** Seconds after the last key, click or stroke at which the clock of a reading pauses. */
  idleSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(3600)), 30),
  /** Readers outline the findings of `segments` and nothing else. */
  listedOnly: v.optional(v.boolean(), false)
})
export type StudyDefinition = v.InferOutput<typeof StudyDefinition>

/** How much was outlined with one segment; in cm² on a single slice, in ml in a volume, null without a spacing. */
export const SegmentExtent = v.object({
  segment: v.string(),
  voxels: Count,
  cm2: v.nullable(v.number()),
  ml: v.nullable(v.number())
})
export type SegmentExtent = v.InferOutput<typeof SegmentExtent>

/** What a reader had outlined when a case was done: before a map was shown, or after. */
export const ReadingVersion = v.object({
  kind: v.picklist(['first', 'after-map']),
  /** ISO, UTC. */
  at: v.string(),
  /** Time on task since the case was opened. */
  seconds: v.number(),
  extents: v.array(SegmentExtent),
  noFinding: v.boolean(),
  certainty: v.nullable(v.number()),
  /** Of the outlines (`OutlineRuns`), so that a later change shows. */
  sha256: v.string()
})
export type ReadingVersion = v.InferOutput<typeof ReadingVersion>

/** What changed after the map was shown. */
export const RevealChange = v.object({
  /** After minus before; null without a spacing, or where the other unit applies. */
  cm2: v.nullable(v.number()),
  ml: v.nullable(v.number()),
  /** Overlap of the outlines before and after; null when both are empty. */
  dice: v.nullable(v.number()),
  /** Time on task with the map shown. */
  seconds: v.number(),
  certainty: v.object({ before: v.nullable(v.number()), after: v.nullable(v.number()) })
})
export type RevealChange = v.InferOutput<typeof RevealChange>

/** One case read by one reader. `reading` counts from 1 in the order of that reader. */
export const ReadingRecord = v.object({
  reading: v.pipe(v.number(), v.integer(), v.minValue(1)),
  state: v.picklist(['waiting', 'open', 'done']),
  opened: v.nullable(v.string()),
  finished: v.nullable(v.string()),
  seconds: v.pipe(v.number(), v.minValue(0)),
  noFinding: v.boolean(),
  certainty: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5))),
  flagged: v.boolean(),
  comment: v.pipe(v.string(), v.maxLength(4000)),
  /** When the map was shown; null as long as it was not. */
  mapShown: v.nullable(v.string()),
  versions: v.pipe(v.array(ReadingVersion), v.maxLength(2)),
  change: v.nullable(RevealChange),
  /** Counts the changes of this record: of two copies of one reading the higher one is the later. */
  revision: v.optional(Count, 0)
})
export type ReadingRecord = v.InferOutput<typeof ReadingRecord>

/**
 * Outlines of one reading as run lengths: for each segment the counts of voxels outside, inside, outside …, first axis
 * fastest, slices last. They sum up to the number of voxels.
 */
export const OutlineRuns = v.object({
  size: v.tuple([Count, Count, Count]),
  segments: v.pipe(
    v.array(
      v.object({
        name: v.string(),
        runs: v.pipe(v.array(Count), v.maxLength(8_000_000)),
        /** What was drawn as boxes; of a segment of boxes alone the runs are the boxes, filled. Absent: none. */
        boxes: v.optional(Boxes)
      })
    ),
    v.maxLength(mostSegments)
  )
})
export type OutlineRuns = v.InferOutput<typeof OutlineRuns>
