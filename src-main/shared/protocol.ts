import * as v from 'valibot'
import { command } from './command'
import { comparisonCommands } from './comparison'
import { AssessedRegions, regionCommands } from './region-view'
import { DatasetKind, DatasetPreview, DatasetWishes } from './dataset'
import { drawingCommands, drawingEvents } from './drawing'
import { drawingCopyCommands, drawingCopyEvents } from './drawing-copies'
import { drawingOperationCommands } from './drawing-operations'
import { ExportDone, ExportFormatSummary, ExportIdentity, ExportSubject, OutlineOrder } from './exports'
import { FaultReport } from './fault'
import { habitCommands, habitEvents } from './habits'
import { installationCommands } from './installation'
import { measuringCommands } from './measuring'
import { ModelCard } from './model-card'
import { workspaceCommands } from './workspace'
import { profileCommands, profileEvents } from './profile'
import { readingCommands, readingEvents } from './reading-protocol'
import { reportCommands } from './report-protocol'
import { Thumbnail } from './thumbnail'
import { worklistCommands } from './worklist'
import {
  CaseSummary,
  Cue,
  DisplayImage,
  DisplayMap,
  DoctorFinding,
  FileProblem,
  JobSummary,
  MapSummary,
  MethodSummary,
  ModelSummary,
  Prediction,
  PresetSummary,
  ProviderList,
  RecentItem,
  ReferenceMask
} from './vocabulary'

// All messages between the engine and whoever uses it. A `grant` is an opaque token that main gave to the page for a
// path the user chose or dropped; under plain Node (CLI, tests) it is the path itself.
const Nothing = v.object({})
const Grant = v.pipe(v.string(), v.maxLength(4096))
const Grants = v.pipe(v.array(Grant), v.minLength(1), v.maxLength(100_000))
const Id = v.pipe(v.string(), v.maxLength(512))
/** Ids of formats, as `export.formats` lists them. */
const Formats = v.pipe(v.array(Id), v.minLength(1), v.maxLength(32))
const Params = v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()]))

export const MapRequest = v.object({
  cases: v.pipe(v.array(Id), v.minLength(1)),
  models: v.pipe(v.array(Id), v.minLength(1)),
  methods: v.pipe(v.array(v.object({ expression: Id, params: v.optional(Params, {}) })), v.minLength(1)),
  /** `label`, `predicted`, a label's name, an index, or `not:N`. */
  target: v.optional(v.string(), 'predicted'),
  of: v.optional(v.picklist(['logit', 'output']), 'logit'),
  seed: v.optional(v.number(), 1),
  /** The last stage of the cascade, from the output on, whose weights are drawn anew for these maps; null: as trained. */
  scrambled: v.optional(v.nullable(Id))
})
export type MapRequest = v.InferOutput<typeof MapRequest>

export const ReportRequest = v.variant('source', [
  /** The quick experiment of the embedded sample. */
  v.object({ source: v.literal('demo') }),
  /** The full experiment of the embedded sample. */
  v.object({ source: v.literal('sample') }),
  v.object({ source: v.literal('file'), grant: Grant }),
  /** What is open now: these cases, models and methods. */
  v.object({
    source: v.literal('open'),
    title: v.optional(v.string(), 'Assessment of the open cases'),
    cases: v.pipe(v.array(Id), v.minLength(1)),
    models: v.pipe(v.array(Id), v.minLength(1)),
    methods: v.pipe(v.array(v.object({ expression: Id, params: v.optional(Params, {}) })), v.minLength(1)),
    target: v.optional(v.string(), 'label'),
    regions: v.optional(v.nullable(AssessedRegions), null)
  })
])
export type ReportRequest = v.InferOutput<typeof ReportRequest>

/** A dataset the user chose, and how it is to be read. */
const DatasetOrder = v.object({
  grant: Grant,
  wishes: v.optional(DatasetWishes, {}),
  /** A table of labels (CSV, TSV) that settles labels and splits; null without one. */
  labelTable: v.optional(v.nullable(Grant), null)
})

export const commands = {
  'app.info': command(
    Nothing,
    v.object({
      version: v.string(),
      threads: v.number(),
      runtime: v.string(),
      /** True when nothing was restored: the window opens straight into the sample. */
      firstStart: v.boolean()
    })
  ),
  /** What this machine offers to compute on, tried at the first call, and what the open models are computed on. */
  'app.providers': command(Nothing, ProviderList),

  /** The sample's cases; its models take longer and are asked for by themselves. */
  'study.sample': command(Nothing, v.array(CaseSummary)),
  /** Opens again what was open when the engine before this one ended unexpectedly. */
  'study.restore': command(
    Nothing,
    v.object({ cases: v.array(CaseSummary), models: v.array(ModelSummary), problems: v.array(FileProblem) })
  ),
  /** The brain phantoms, and the CT phantom without and with contrast medium, with their models: opened when first asked for. */
  'study.brain': command(Nothing, v.object({ cases: v.array(CaseSummary), models: v.array(ModelSummary) })),
  'study.ct': command(Nothing, v.object({ cases: v.array(CaseSummary), models: v.array(ModelSummary) })),
  /** Says `partial` lists of cases (`study.open`'s own `cases`) while it goes on; the result replaces them. */
  'study.open': command(
    v.object({ grants: Grants }),
    v.object({ cases: v.array(CaseSummary), problems: v.array(FileProblem) })
  ),
  'study.list': command(Nothing, v.array(CaseSummary)),
  /** As which kinds of dataset a folder or table can be read, the surest first; by its file names and tables alone. */
  'dataset.kinds': command(v.object({ grant: Grant }), v.array(v.object({ kind: DatasetKind, title: v.string() }))),
  /** What a folder or table would be imported as; nothing is opened. */
  'dataset.preview': command(DatasetOrder, DatasetPreview),
  /** Opens the cases of a dataset in the window and, when `save` names a place, writes `experiment.json` there. */
  'dataset.import': command(
    v.object({
      ...DatasetOrder.entries,
      open: v.optional(v.boolean(), true),
      /** A folder, or a file ending in `.json`. */
      save: v.optional(v.nullable(Grant), null)
    }),
    v.object({
      cases: v.array(CaseSummary),
      problems: v.array(FileProblem),
      /** Names of what was written. */
      files: v.array(v.string())
    })
  ),
  'image.read': command(v.object({ caseId: Id, variant: v.optional(v.nullable(Id), null) }), DisplayImage),
  'image.thumbnail': command(
    v.object({ caseId: Id, edge: v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(1024)) }),
    Thumbnail
  ),
  'mask.read': command(v.object({ caseId: Id }), v.object({ masks: v.array(ReferenceMask), cues: v.array(Cue) })),
  /** Attaches a mask file (PNG, NPY, NIfTI, CSV boxes) to a case. */
  'mask.open': command(v.object({ caseId: Id, grant: Grant, reader: v.optional(v.string(), 'reader 1') }), CaseSummary),

  'model.open': command(v.object({ grant: Grant }), ModelSummary),
  'model.list': command(Nothing, v.array(ModelSummary)),
  /** Opens the sample's models; the event `model` announces each. */
  'model.sample': command(Nothing, v.array(ModelSummary)),
  /** Applies an edited card; with `save` it is also written beside the model file. */
  'model.card': command(v.object({ modelId: Id, card: ModelCard, save: v.optional(v.boolean(), false) }), ModelSummary),
  'method.list': command(Nothing, v.array(MethodSummary)),
  'preset.list': command(Nothing, v.array(PresetSummary)),
  'doctor.check': command(v.object({ caseId: Id, modelId: Id }), v.array(DoctorFinding)),
  'prediction.read': command(
    v.object({ caseId: Id, modelId: Id, variant: v.optional(v.nullable(Id), null) }),
    Prediction
  ),

  'map.forecast': command(MapRequest, v.object({ maps: v.number(), seconds: v.number() })),
  /** Queues maps and returns at once; the `maps` and `jobs` events follow. */
  'map.compute': command(MapRequest, v.object({ jobId: Id, maps: v.array(MapSummary) })),
  'map.list': command(v.object({ caseId: Id }), v.array(MapSummary)),
  'map.read': command(
    v.object({ mapId: Id, view: v.optional(v.picklist(['magnitude', 'signed']), 'magnitude') }),
    DisplayMap
  ),
  /** Keeps what there is of a stopped map, as preliminary. Fault `not-found`. */
  'map.keep': command(v.object({ mapId: Id }), MapSummary),
  'map.remove': command(v.object({ mapId: Id }), Nothing),
  /** Formats of what is to be exported, and which of the items each can hold. `ids`: maps for maps, cases for the rest. */
  'export.formats': command(v.object({ subject: ExportSubject, ids: v.array(Id) }), v.array(ExportFormatSummary)),
  'map.save': command(
    v.object({
      mapIds: v.array(Id),
      grant: Grant,
      as: Formats,
      identity: v.optional(ExportIdentity, 'pseudonym'),
      /** Part of a map's scale above which a region counts as marked. */
      threshold: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.5),
      /** Trees of other systems: models of one output leave samples without the finding out. */
      positiveOnly: v.optional(v.boolean(), false)
    }),
    ExportDone
  ),
  /** Writes the outlines of cases. */
  'mask.save': command(
    v.object({
      caseIds: v.pipe(v.array(Id), v.minLength(1)),
      ...OutlineOrder.entries
    }),
    ExportDone
  ),

  /** Writes the DICOM files of cases without identity. */
  'case.deidentify': command(
    v.object({
      caseIds: v.pipe(v.array(Id), v.minLength(1)),
      grant: Grant,
      keepDates: v.optional(v.picklist(['removed', 'shifted']), 'removed'),
      keepPatientCharacteristics: v.optional(v.boolean(), false),
      /** The user has looked at the pixels: without it, images that may show text are left out. */
      acceptBurnedIn: v.optional(v.boolean(), false)
    }),
    ExportDone
  ),

  'report.run': command(ReportRequest, v.object({ jobId: Id, reportId: Id })),
  /** Writes report.html, report.json and results.csv into the folder; names are returned, not paths. */
  'report.save': command(
    v.object({
      reportId: Id,
      grant: Grant,
      /** `documents`: report.html, report.json, results.csv and figures; `dicom-sr`: measurements of each case. */
      as: v.optional(Formats, ['documents']),
      identity: v.optional(ExportIdentity, 'pseudonym')
    }),
    ExportDone
  ),
  ...reportCommands,
  ...installationCommands,
  ...measuringCommands,

  'job.list': command(Nothing, v.array(JobSummary)),
  'job.pause': command(v.object({ jobId: Id }), Nothing),
  'job.resume': command(v.object({ jobId: Id }), Nothing),
  /** A job that waits, before (−1) or behind (1) its neighbour among those that wait. Fault `usage` where it runs by now. */
  'job.move': command(v.object({ jobId: Id, by: v.picklist([-1, 1]) }), Nothing),
  'job.cancel': command(v.object({ jobId: Id }), Nothing),
  /** Takes a finished, failed or unfinished job off the list. */
  'job.dismiss': command(v.object({ jobId: Id }), Nothing),

  ...drawingCommands,
  ...drawingCopyCommands,
  ...profileCommands,
  ...habitCommands,
  ...workspaceCommands,
  ...comparisonCommands,
  ...regionCommands,
  ...readingCommands,
  ...drawingOperationCommands,
  ...worklistCommands,

  'recent.list': command(Nothing, v.array(RecentItem)),
  'recent.open': command(
    v.object({ recentId: Id }),
    v.object({ cases: v.array(CaseSummary), problems: v.array(FileProblem), model: v.nullable(ModelSummary) })
  )
} as const

export type CommandName = keyof typeof commands
export type Input<K extends CommandName> = v.InferInput<(typeof commands)[K]['input']>
export type ParsedInput<K extends CommandName> = v.InferOutput<(typeof commands)[K]['input']>
export type Output<K extends CommandName> = v.InferOutput<(typeof commands)[K]['output']>

/** What the engine says unasked. */
export const events = {
  jobs: v.array(JobSummary),
  /** A model was opened that nobody waits for one by one. */
  model: ModelSummary,
  map: MapSummary,
  report: v.object({ reportId: v.string(), complete: v.boolean() }),
  /** The inference process was stopped and started again; a sentence for the status line. */
  restarted: v.object({ sentence: v.string() }),
  /** Another provider is used than was asked for, or fewer rows at once; a sentence for the status line. */
  provider: v.object({ sentence: v.string() }),
  ...drawingEvents,
  ...drawingCopyEvents,
  ...profileEvents,
  ...habitEvents,
  ...readingEvents
} as const
export type EventName = keyof typeof events
export type EventPayload<K extends EventName> = v.InferOutput<(typeof events)[K]>

export const Request = v.variant('kind', [
  v.object({ kind: v.literal('request'), id: v.number(), command: v.string(), input: v.unknown() }),
  v.object({ kind: v.literal('cancel'), id: v.number() })
])
export type Request = v.InferOutput<typeof Request>

export const Reply = v.variant('kind', [
  v.object({ kind: v.literal('progress'), id: v.number(), stage: v.string(), done: v.number(), total: v.number() }),
  /** A finished part of the result, before the rest is there; what it is depends on the command. */
  v.object({ kind: v.literal('partial'), id: v.number(), value: v.unknown() }),
  v.object({ kind: v.literal('result'), id: v.number(), output: v.unknown() }),
  v.object({ kind: v.literal('fault'), id: v.number(), fault: FaultReport }),
  v.object({ kind: v.literal('event'), event: v.string(), payload: v.unknown() })
])
export type Reply = v.InferOutput<typeof Reply>
