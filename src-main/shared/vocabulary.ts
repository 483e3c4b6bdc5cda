import * as v from 'valibot'
import { CaseAttachment, CasePart, CaseStudy } from './case-parts'
import { mapStanding } from './preliminary'
import { FaultReport } from './fault'
import { ModelCard } from './model-card'
import { Uptake } from './uptake'

// Typed arrays are told by their class; the kind of buffer behind them (shared or not) is of no interest here.
const Bytes = v.custom<Uint8Array>((value) => value instanceof Uint8Array, 'Expected bytes.')
const Floats = v.custom<Float32Array>((value) => value instanceof Float32Array, 'Expected 32-bit floats.')
const Voxel16 = v.custom<Int16Array | Uint16Array>(
  (value) => value instanceof Int16Array || value instanceof Uint16Array,
  'Expected 16-bit voxels.'
)
const Voxel32 = v.custom<Int32Array>((value) => value instanceof Int32Array, 'Expected 32-bit voxels.')

const Size3 = v.tuple([v.number(), v.number(), v.number()])
const Voxels = v.union([Bytes, Voxel16, Voxel32, Floats])

/** One thing a person can look at and a model can be asked about: an image or a series, with what is known of it. */
export const CaseSummary = v.object({
  caseId: v.string(),
  /** First line of the list: patient label or file name. */
  title: v.string(),
  /** Second line: description, age and sex, date. */
  subtitle: v.string(),
  modality: v.string(),
  date: v.nullable(v.string()),
  /** Label of the reference standard, if any. */
  label: v.nullable(v.string()),
  /** `[columns, rows, slices]`. */
  size: Size3,
  /** null: pixel units only, or not known before the image is decoded. */
  spacingMm: v.nullable(Size3),
  study: v.nullable(CaseStudy),
  /** null for a series of one volume. */
  part: v.nullable(CasePart),
  attached: v.array(CaseAttachment),
  source: v.picklist(['sample', 'brain-sample', 'ct-sample', 'own']),
  /** Number of reference masks (readers). */
  masks: v.number(),
  cues: v.number(),
  variants: v.array(v.string()),
  warnings: v.array(v.string())
})
export type CaseSummary = v.InferOutput<typeof CaseSummary>

/** A file that could not be opened: which, why, what would work. */
export const FileProblem = v.object({ file: v.string(), fault: FaultReport })
export type FileProblem = v.InferOutput<typeof FileProblem>

/** Voxels of a case for the screen; crosses the port once. */
export const DisplayImage = v.object({
  caseId: v.string(),
  size: Size3,
  samples: v.picklist([1, 3]),
  voxels: Voxels,
  min: v.number(),
  max: v.number(),
  /** (i, j, k) to LPS millimetres, row major, 16 numbers. */
  affine: v.array(v.number()),
  spacingMm: v.nullable(Size3),
  oriented: v.boolean(),
  frameOfReference: v.nullable(v.string()),
  /** Letters at the edges of a slice as stored: left, right, top, bottom; empty strings when unknown. */
  letters: v.object({ left: v.string(), right: v.string(), top: v.string(), bottom: v.string() }),
  /** True for projection radiographs: sizes are "at the detector". */
  projection: v.boolean(),
  unit: v.string(),
  /** PET: how values become standardised uptake, or why they cannot; null for other images. */
  uptake: v.nullable(Uptake),
  photometric: v.string(),
  window: v.object({ center: v.number(), width: v.number() }),
  presets: v.array(v.object({ name: v.string(), center: v.number(), width: v.number() })),
  /** Lines for the image corner: identity, modality, description. */
  corner: v.array(v.string())
})
export type DisplayImage = v.InferOutput<typeof DisplayImage>

/** A reference mask on the grid of its image: 1 inside. */
export const ReferenceMask = v.object({
  reader: v.string(),
  size: Size3,
  labelmap: Bytes,
  voxels: v.number(),
  areaCm2: v.nullable(v.number())
})
export type ReferenceMask = v.InferOutput<typeof ReferenceMask>

export const Cue = v.object({ name: v.string(), box: v.tuple([v.number(), v.number(), v.number(), v.number()]) })

export const LayerChoice = v.object({ tensor: v.string(), title: v.string(), shape: v.array(v.number()) })

export const ModelSummary = v.object({
  modelId: v.string(),
  name: v.string(),
  fileName: v.string(),
  source: v.picklist(['sample', 'brain-sample', 'ct-sample', 'own']),
  card: ModelCard,
  cardSource: v.picklist(['file', 'proposed', 'edited']),
  /** Lines of a proposed card that a person should check, as JSON paths such as `input.values`. */
  cardToCheck: v.array(v.object({ path: v.string(), why: v.string() })),
  opset: v.number(),
  producer: v.string(),
  parameters: v.number(),
  sha256: v.string(),
  ops: v.array(v.object({ op: v.string(), count: v.number(), rule: v.boolean() })),
  /** Gradient methods work; otherwise why not. */
  gradient: v.object({ works: v.boolean(), fault: v.optional(FaultReport) }),
  layers: v.array(LayerChoice)
})
export type ModelSummary = v.InferOutput<typeof ModelSummary>

export const ParamField = v.object({
  name: v.string(),
  title: v.string(),
  type: v.picklist(['number', 'integer', 'text', 'choice', 'boolean', 'list', 'layer', 'baseline']),
  default: v.nullable(v.union([v.string(), v.number(), v.boolean()])),
  min: v.optional(v.number()),
  max: v.optional(v.number()),
  options: v.optional(v.array(v.string())),
  description: v.string()
})
export type ParamField = v.InferOutput<typeof ParamField>

export const MethodSummary = v.object({
  id: v.string(),
  title: v.string(),
  kind: v.picklist(['base', 'wrapper']),
  group: v.picklist([
    'Recommended',
    'Pixel detail',
    'Relevance propagation',
    'Where the model looks',
    'Weights-free',
    'References',
    'Wrappers'
  ]),
  words: v.object({
    shows: v.string(),
    goodFor: v.string(),
    notFor: v.string(),
    failureModes: v.string(),
    classInsensitive: v.boolean()
  }),
  citation: v.object({ text: v.string(), bibtex: v.string() }),
  needs: v.array(v.string()),
  params: v.array(ParamField)
})
export type MethodSummary = v.InferOutput<typeof MethodSummary>

/** The maps of a published study, with its settings. */
export const PresetSummary = v.object({
  id: v.string(),
  title: v.string(),
  citation: v.object({ text: v.string(), bibtex: v.string() }),
  /** Where it departs from our defaults. */
  departs: v.string(),
  maps: v.array(
    v.object({
      id: v.string(),
      expression: v.string(),
      title: v.string(),
      params: v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()])),
      reduction: v.string()
    })
  )
})
export type PresetSummary = v.InferOutput<typeof PresetSummary>

export const DoctorFinding = v.object({
  check: v.picklist([
    'value range',
    'channels',
    'photometric interpretation',
    'orientation',
    'spacing',
    'rescale',
    'size'
  ]),
  state: v.picklist(['fits', 'differs', 'unknown']),
  found: v.string(),
  expected: v.string(),
  /** A whole sentence for the user, with what would work. */
  sentence: v.string()
})
export type DoctorFinding = v.InferOutput<typeof DoctorFinding>

export const Prediction = v.object({
  caseId: v.string(),
  modelId: v.string(),
  labels: v.array(v.string()),
  logits: v.array(v.number()),
  /** null when the card names no activation. */
  probabilities: v.array(v.nullable(v.number())),
  threshold: v.number(),
  predicted: v.number(),
  aggregate: v.nullable(v.picklist(['max', 'mean'])),
  /** Slice mode: one entry per slice the card selects. */
  perSlice: v.array(
    v.object({ slice: v.number(), logits: v.array(v.number()), probabilities: v.array(v.nullable(v.number())) })
  ),
  seconds: v.number()
})
export type Prediction = v.InferOutput<typeof Prediction>

export const MapSummary = v.object({
  mapId: v.string(),
  caseId: v.string(),
  modelId: v.string(),
  expression: v.string(),
  title: v.string(),
  params: v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()])),
  target: v.object({ index: v.number(), label: v.string() }),
  /** The last stage whose weights were drawn anew; absent for the trained model. */
  scrambled: v.optional(v.string()),
  state: v.picklist(['waiting', 'computing', 'done', 'failed', 'cancelled']),
  done: v.number(),
  total: v.number(),
  fault: v.optional(FaultReport),
  ...mapStanding,
  seconds: v.number(),
  /** The reduction in words: "sum of absolute values, clipped at the 99th percentile, 0–1". */
  reduction: v.string(),
  /** Grid on which the model made the map, e.g. [16, 16, 1]; for "made from 16 × 16 cells". */
  cells: Size3,
  notes: v.record(v.string(), v.union([v.string(), v.number()])),
  recipe: v.string()
})
export type MapSummary = v.InferOutput<typeof MapSummary>

/** A map on the grid of its image. */
export const DisplayMap = v.object({
  mapId: v.string(),
  size: Size3,
  /** Magnitude view: 0…1 after the reduction. Signed view: signed values, symmetric scale. */
  view: v.picklist(['magnitude', 'signed']),
  values: Floats,
  low: v.number(),
  high: v.number(),
  unit: v.string(),
  /** Value at the clip percentile in the unit of the attribution, for the colour bar's note. */
  clippedAt: v.nullable(v.number()),
  /** The model's own cells, not interpolated. */
  cells: v.object({ size: Size3, values: Floats })
})
export type DisplayMap = v.InferOutput<typeof DisplayMap>

export const JobSummary = v.object({
  jobId: v.string(),
  title: v.string(),
  kind: v.picklist(['attribution', 'assessment', 'open']),
  state: v.picklist(['waiting', 'running', 'paused', 'stopping', 'done', 'failed', 'cancelled', 'unfinished']),
  stage: v.string(),
  done: v.number(),
  total: v.number(),
  /** Forecast from the pace so far; null while unknown. */
  secondsLeft: v.nullable(v.number()),
  seconds: v.number(),
  /** Failed units with their causes; the others went through. */
  failures: v.array(FileProblem),
  fault: v.optional(FaultReport),
  resultId: v.optional(v.nullable(v.string()))
})
export type JobSummary = v.InferOutput<typeof JobSummary>

/** The providers of a machine, and the one each open model is computed on. */
export const ProviderList = v.object({
  /** "Linux, x64" */
  system: v.string(),
  providers: v.array(
    v.object({
      id: v.string(),
      title: v.string(),
      /** How far it has been proved on this system; null where ONNX Runtime does not offer it. */
      proof: v.nullable(v.picklist(['tested', 'emulated', 'never run'])),
      state: v.picklist(['works', 'does not start', 'wrong results', 'crashes', 'not installed', 'not offered']),
      /** Why it does not work, as a sentence; null when it does. */
      reason: v.nullable(v.string())
    })
  ),
  models: v.array(
    v.object({
      name: v.string(),
      requested: v.string(),
      used: v.string(),
      reason: v.nullable(v.string()),
      difference: v.nullable(v.number())
    })
  )
})
export type ProviderList = v.InferOutput<typeof ProviderList>

export const RecentItem = v.object({
  recentId: v.string(),
  kind: v.picklist(['files', 'model', 'experiment']),
  title: v.string(),
  opened: v.string()
})
export type RecentItem = v.InferOutput<typeof RecentItem>
