import * as v from 'valibot'
import { command } from './command'
import { ExportDone, OutlineOrder } from './exports'
import { AgreementRow, ConsensusMethod, ConsensusState, DifferingCase, ReaderProgress } from './reading-results'
import { MapSummary, ModelSummary } from './vocabulary'
import { Blinding, ReadingRecord, RevealedMap, StudySegment } from './reading-study'
import { StudyContents } from './study-contents'

/** The messages of reading studies. While a blinded reading is open the engine answers nothing else that could tell: see `blindAllows`. */
const Nothing = v.object({})
const Id = v.pipe(v.string(), v.minLength(1), v.maxLength(512))
const Grant = v.pipe(v.string(), v.maxLength(4096))
const Title = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120))
const Bytes = v.custom<Uint8Array>((value) => value instanceof Uint8Array, 'Expected bytes.')
const Position = v.pipe(v.number(), v.integer(), v.minValue(1))

/** What a reader is told of the reading that is open. */
export const OpenReading = v.object({
  studyId: v.string(),
  title: v.string(),
  reader: v.object({ id: v.string(), name: v.string() }),
  /** `package`: the window was opened on a reader's file and only Read is there. */
  mode: v.picklist(['study', 'package']),
  /** Anything is hidden at all. */
  blinded: v.boolean(),
  hidden: v.array(v.picklist(['label', 'prediction', 'map', 'readers'])),
  /** The case on the screen; a name of its own, from which nothing can be told. */
  caseId: v.string(),
  reading: v.number(),
  total: v.number(),
  done: v.number(),
  record: ReadingRecord,
  /** State of every reading, in order. */
  marks: v.array(
    v.object({ reading: v.number(), state: v.picklist(['waiting', 'open', 'done']), flagged: v.boolean() })
  ),
  segments: v.array(StudySegment),
  /** Nothing else may be outlined. */
  listedOnly: v.boolean(),
  askCertainty: v.boolean(),
  idleSeconds: v.number(),
  /** The protocol of the study shows the map after a case is done. */
  reveals: v.boolean(),
  /** The map of this case, once it is shown. */
  map: v.nullable(RevealedMap)
})
export type OpenReading = v.InferOutput<typeof OpenReading>

const ReadingState = v.object({
  open: v.nullable(OpenReading),
  /** Nobody has been chosen yet, and a blinded reading waits for the PIN of its reader: nothing else is shown before. */
  waits: v.boolean()
})

export const StudySummary = v.object({
  studyId: v.string(),
  title: v.string(),
  /** `package`: this workspace reads for somebody else's study. */
  kind: v.picklist(['own', 'package']),
  /** A reader is told how many there are to read, repeats among them. */
  cases: v.number(),
  /** null: not told, to a reader. */
  repeats: v.nullable(v.number()),
  seed: v.nullable(v.number()),
  blinded: Blinding,
  reveals: v.boolean(),
  segments: v.array(StudySegment),
  readers: v.array(
    v.object({
      ...ReaderProgress.entries,
      /** The current profile reads, or may begin to read, in this place. */
      mine: v.boolean(),
      /** Nobody has begun. */
      free: v.boolean()
    })
  ),
  /** How the reference standard was made of it; null as long as it was not. */
  reference: v.nullable(v.string())
})
export type StudySummary = v.InferOutput<typeof StudySummary>

export const StudyOrder = v.object({
  title: Title,
  caseIds: v.pipe(v.array(Id), v.minLength(1), v.maxLength(100_000)),
  /** Names or pseudonyms. */
  readers: v.pipe(v.array(Title), v.minLength(1), v.maxLength(50)),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 42),
  repeats: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  blinded: v.optional(Blinding, {}),
  reveal: v.optional(v.nullable(RevealedMap), null),
  askCertainty: v.optional(v.boolean(), true),
  segments: v.pipe(v.array(StudySegment), v.minLength(1), v.maxLength(64)),
  idleSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(3600)), 30),
  listedOnly: v.optional(v.boolean(), false)
})
export type StudyOrder = v.InferOutput<typeof StudyOrder>

export const StudyResults = v.object({
  studyId: v.string(),
  /** Readers with at least one case done. */
  readers: v.number(),
  cases: v.number(),
  rows: v.array(AgreementRow),
  /** Worst first. */
  differing: v.array(DifferingCase),
  /** Why there is nothing to compare, as a sentence; null when there is. */
  missing: v.nullable(v.string()),
  consensus: v.array(ConsensusState),
  /** The reference standard is an earlier consensus than the one there is now. */
  referenceIsEarlier: v.boolean()
})
export type StudyResults = v.InferOutput<typeof StudyResults>

const Layer = v.object({ reader: v.string(), name: v.string(), labelmap: Bytes, voxels: v.number() })
export const Adjudication = v.object({
  state: ConsensusState,
  /** The case it is of, for `image.read`. */
  caseId: v.string(),
  size: v.tuple([v.number(), v.number(), v.number()]),
  readers: v.array(Layer),
  /** 1 inside. */
  consensus: Bytes
})
export type Adjudication = v.InferOutput<typeof Adjudication>

const Files = v.object({ files: v.array(v.string()) })
const Study = v.object({ studyId: Id })
const StudyCaseIndex = v.object({ studyId: Id, caseIndex: v.pipe(v.number(), v.integer(), v.minValue(0)) })

export const readingCommands = {
  /** The reading this window is in; null: none. */
  'reading.state': command(Nothing, ReadingState),
  'reading.studies': command(Nothing, v.array(StudySummary)),
  'reading.create': command(StudyOrder, StudySummary),
  /** What would go with it. */
  'reading.contents': command(Study, StudyContents),
  /** What was begun goes only with the study's title as it was typed; the audit trail keeps what was read. */
  'reading.remove': command(v.object({ ...Study.entries, title: v.optional(v.nullable(Title), null) }), Nothing),
  /** Begins or goes on with a reader's list; a blinded one closes everything else in this window. */
  'reading.open': command(v.object({ studyId: Id, readerId: Id }), ReadingState),
  'reading.go': command(v.object({ reading: Position }), ReadingState),
  /** A key, a click, a stroke: the clock of the case goes on. */
  'reading.active': command(Nothing, v.object({ seconds: v.number() })),
  'reading.note': command(
    v.object({
      noFinding: v.optional(v.boolean()),
      certainty: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5)))),
      flagged: v.optional(v.boolean()),
      comment: v.optional(v.pipe(v.string(), v.maxLength(4000)))
    }),
    ReadingState
  ),
  /** Keeps the case as it is. `next`: the next case that is not done; null when all are. */
  'reading.done': command(Nothing, v.object({ ...ReadingState.entries, next: v.nullable(v.number()) })),
  'reading.reveal': command(Nothing, ReadingState),
  /** The map of the protocol, once it is shown: computed where it is not there; `again` where it had failed or was stopped. */
  'reading.map': command(
    v.object({ again: v.optional(v.boolean(), false) }),
    v.object({ model: ModelSummary, map: MapSummary, jobId: v.nullable(v.string()) })
  ),
  'reading.leave': command(Nothing, ReadingState),

  'reading.results': command(Study, StudyResults),
  /** Cases somebody has accepted or corrected keep their consensus, unless `replace` says that they are made anew too. */
  'reading.consensus': command(
    v.object({ studyId: Id, method: ConsensusMethod, replace: v.optional(v.boolean(), false) }),
    StudyResults
  ),
  'reading.adjudicate': command(StudyCaseIndex, Adjudication),
  /** A drawing that begins as the consensus; `reading.accept` takes what was made of it. */
  'reading.edit': command(StudyCaseIndex, v.object({ caseId: v.string(), study: v.string(), reading: v.number() })),
  'reading.accept': command(
    v.object({ ...StudyCaseIndex.entries, edited: v.optional(v.boolean(), false) }),
    StudyResults
  ),
  /** The consensus takes the place of the readers' outlines in the open cases; with `grant` also in an experiment.json there. */
  'reading.reference': command(
    v.object({ studyId: Id, grant: v.optional(v.nullable(Grant), null) }),
    v.object({ cases: v.number(), ...Files.entries, sentence: v.string() })
  ),

  /** Writes the file a reader carries away. */
  'reading.package': command(v.object({ studyId: Id, readerId: Id, grant: Grant }), Files),
  'reading.openPackage': command(v.object({ grant: Grant }), ReadingState),
  /** Writes the file a reader brings back. */
  'reading.return': command(v.object({ grant: Grant }), Files),
  'reading.merge': command(
    v.object({ grant: Grant }),
    v.object({ studyId: v.string(), reader: v.string(), added: v.number(), same: v.number(), sentence: v.string() })
  ),
  /** What readers flagged or wrote. */
  'reading.remarks': command(
    Study,
    v.array(
      v.object({
        caseIndex: v.number(),
        code: v.string(),
        reader: v.string(),
        repeat: v.boolean(),
        flagged: v.boolean(),
        comment: v.string(),
        certainty: v.nullable(v.number()),
        done: v.boolean()
      })
    )
  ),
  /** Readings, agreement and outlines as files. */
  'reading.export': command(v.object({ studyId: Id, grant: Grant }), Files),
  /** Writes the consensus of every case, and the readers' own outlines beside it where they are wanted. */
  'reading.outlines': command(v.object({ studyId: Id, ...OutlineOrder.entries }), ExportDone),
  'reading.verify': command(Study, v.object({ whole: v.boolean(), entries: v.number(), sentence: v.string() }))
} as const

/** Told whenever a reading is opened, moved or left. */
export const readingEvents = { reading: ReadingState } as const
