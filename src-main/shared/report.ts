import * as v from 'valibot'
import { CaseAnswer, Performance } from './classifier-figures'
import { Answer, Illustration } from './report-answer'
import { ReportCitation, ReportPreset } from './report-preset'
import { Coverage } from './report-progress'
import { GroupEvidence, MapClusters } from './group-evidence'
import { MethodGrid } from './method-grid'
import { Area, areas, Count, Figure, Finite, Interval, Undefinable, Verdict, VerdictState } from './verdict'
import { Distribution } from './trust-evidence'

export { Performance } from './classifier-figures'
export { Answer, Illustration } from './report-answer'
export { Area, areas, Figure, Interval, Verdict, VerdictState, verdictStates } from './verdict'

/**
 * `report.json`: what `assess` writes, what the report screen and the HTML file show. A report is a function of recipes:
 * the same experiment gives the same report. There is no NaN in it: a number that does not exist is `null` with a reason.
 */

/** Paired difference over `n` images, interval by patient, Wilcoxon signed-rank p, and the same Holm-adjusted within its family. */
export const Difference = v.object({
  n: Count,
  value: Undefinable,
  ci95: v.nullable(Interval),
  /** Patients with both values; absent where the difference is not paired. */
  patients: v.optional(Count),
  p: Undefinable,
  /** Adjusted as `adjustment` says; by Holm within one question where it is absent. */
  pHolm: Undefinable,
  adjustment: v.optional(v.string())
})
export type Difference = v.InferOutput<typeof Difference>

export const CaseValue = v.object({ case: v.string(), value: Undefinable, reason: v.optional(v.string()) })
export type CaseValue = v.InferOutput<typeof CaseValue>

/** What a row is measured against. `difference` is (row − reference), null where it is only printed. */
export const Reference = v.object({
  /** prevalence, constant, random, edge, average-mask, randomised-model, random-pairs, own-random-pairs, half-line, area-share, or an answer-key variant. */
  id: v.string(),
  title: v.string(),
  value: Undefinable,
  ci95: v.nullable(Interval),
  /** True when the rule of the row uses it. */
  decides: v.boolean(),
  difference: v.nullable(Difference),
  /** Its values, where the row is the one that speaks for its map; absent in older reports. */
  perCase: v.optional(v.array(CaseValue)),
  reason: v.optional(v.string())
})
export type Reference = v.InferOutput<typeof Reference>

/** Images that took no part, counted by reason: "no outline", "one of the two models is wrong"… */
export const Exclusion = v.object({ reason: v.string(), n: Count })
export type Exclusion = v.InferOutput<typeof Exclusion>

export const ResultRow = v.object({
  /** `AREA.name`, such as `localisation.utility`, `randomisation.cascading`, `cues.answer-key`. */
  criterion: v.pipe(v.string(), v.regex(new RegExp(`^(${areas.join('|')})\\.[a-z0-9-]+$`, 'u'))),
  metric: v.string(),
  /** Method id; empty for rows about a model alone. */
  method: v.string(),
  /** Model id, or the ids joined by ` × ` for rows about several. */
  model: v.string(),
  models: v.array(v.string()),
  /** The finding that the row is about, where it is about one of several; absent otherwise. */
  finding: v.optional(v.string()),
  /** What was taken of the map where it is not the reduction of its method, such as its signed sum; absent otherwise. */
  reduction: v.optional(v.string()),
  /** The region that the row is about, where it is about one. */
  region: v.optional(v.string()),
  /** Images behind the value, and their patients. */
  n: Count,
  patients: Count,
  value: Undefinable,
  sd: Undefinable,
  ci95: v.nullable(Interval),
  references: v.array(Reference),
  verdict: Verdict,
  /** True for the row whose verdict the matrix shows for its area. */
  headline: v.boolean(),
  better: v.picklist(['higher', 'lower', 'none']),
  grid: v.string(),
  perCase: v.array(CaseValue),
  excluded: v.array(Exclusion),
  /** Further sentences printed beside the row: counts, flags, AUC differences. */
  notes: v.array(v.string())
})
export type ResultRow = v.InferOutput<typeof ResultRow>

export const CurvePoint = v.object({
  x: v.string(),
  n: Count,
  value: Undefinable,
  sd: Undefinable,
  ci95: v.nullable(Interval),
  /** One for each of the curve's `cases`. */
  values: v.optional(v.array(Undefinable)),
  /** Why images have no value here; absent where all have one. */
  missing: v.optional(v.array(Exclusion))
})

/** A line plot of one model and method: similarity to the trained map as layers are re-initialised. */
export const Curve = v.object({
  criterion: v.string(),
  metric: v.string(),
  model: v.string(),
  method: v.string(),
  xTitle: v.string(),
  yTitle: v.string(),
  points: v.array(CurvePoint),
  /** The images of `values`, in their order; absent where they are not kept, and in older reports. */
  cases: v.optional(v.array(v.string())),
  /** Horizontal lines. */
  limits: v.array(v.object({ id: v.string(), title: v.string(), value: Undefinable, ci95: v.nullable(Interval) })),
  minimum: Undefinable,
  end: Undefinable
})
export type Curve = v.InferOutput<typeof Curve>

/** Two methods compared on the same images of one model: `difference` is a − b. */
export const Comparison = v.object({
  criterion: v.string(),
  metric: v.string(),
  model: v.string(),
  a: v.string(),
  b: v.string(),
  difference: Difference
})
export type Comparison = v.InferOutput<typeof Comparison>

/** What an intervention shows: the logit with the image as it is, without the finding, without the cue, with the cue on the other side. */
export const AnswerKey = v.object({
  model: v.string(),
  /** The finding whose output is watched; absent in older reports, null where the model knows none of the cases' findings. */
  finding: v.optional(v.nullable(v.string())),
  /** What moves the logit: the paired drops decide, see the row `cues.answer-key`. */
  uses: v.picklist(['finding', 'cue', 'unclear', 'not-assessable']),
  variants: v.array(
    v.object({
      id: v.string(),
      title: v.string(),
      n: Count,
      meanLogit: Figure,
      change: v.nullable(Difference),
      auc: Figure,
      /** Answers for the finding, of the cases without it too; absent in older reports. */
      perCase: v.optional(v.array(CaseAnswer))
    })
  )
})
export type AnswerKey = v.InferOutput<typeof AnswerKey>

export const ReportModel = v.object({
  id: v.string(),
  title: v.string(),
  architecture: v.string(),
  replicate: v.nullable(v.number()),
  role: v.picklist(['classifier', 'localiser']),
  sha256: v.string(),
  /** Named beside randomisation: convolutions without normalisation behind them; what was folded into them cannot be reset. */
  foldedBatchNorm: v.boolean(),
  /** ONNX tensor at which maps of a layer are made where they name none; absent in older reports and without such a layer. */
  targetLayer: v.optional(v.string()),
  performance: v.array(Performance),
  /** What its card does to an image before the model sees it, by setting; absent in older reports and for maps made elsewhere. */
  prepared: v.optional(v.record(v.string(), v.string())),
  /** From the card: the set, its size and the published figures. */
  card: v.array(v.looseObject({ set: v.string() }))
})
export type ReportModel = v.InferOutput<typeof ReportModel>

export const ReportMethod = v.object({
  id: v.string(),
  expr: v.string(),
  title: v.string(),
  /** `reference`: `random`, `edge`: drawn in the tables to show how a map without content scores, never counted as a method. */
  role: v.picklist(['method', 'reference']),
  params: v.record(v.string(), v.unknown()),
  reduction: v.string(),
  citation: v.object({ text: v.string(), bibtex: v.string() })
})
export type ReportMethod = v.InferOutput<typeof ReportMethod>

export const ReportCase = v.object({
  id: v.string(),
  patient: v.string(),
  /** null: no finding. */
  label: v.nullable(v.string()),
  split: v.nullable(v.string()),
  /** By model: pixels of the reference standard on the grid, and of those lost by crop or resize. */
  masks: v.array(v.object({ model: v.string(), pixels: Count, lost: Count })),
  predictions: v.array(
    v.object({
      model: v.string(),
      target: v.string(),
      logit: Finite,
      probability: Finite,
      correct: v.nullable(v.boolean())
    })
  ),
  /** Flat maps, findings of the input doctor, failures: one sentence each. */
  flags: v.array(v.string())
})
export type ReportCase = v.InferOutput<typeof ReportCase>

/** One question of the report in a clinician's words. */
export const Question = v.object({
  area: Area,
  question: v.string(),
  limit: v.string(),
  rule: v.string(),
  citation: v.string()
})
export type Question = v.InferOutput<typeof Question>

export const MatrixCell = v.object({
  area: Area,
  state: VerdictState,
  metric: v.string(),
  value: Undefinable,
  ci95: v.nullable(Interval),
  /** The strictest deciding reference. */
  limit: v.nullable(v.object({ id: v.string(), title: v.string(), value: Undefinable })),
  reason: v.string(),
  /** Index into `results`; null when no row exists. */
  row: v.nullable(Count)
})
export type MatrixCell = v.InferOutput<typeof MatrixCell>

/** `rely`: every assessed question passes; `rely-this-model`: only reproducibility fails; `do-not-rely`: pointing or training fails. */
export const Conclusion = v.picklist(['rely', 'rely-this-model', 'do-not-rely', 'unclear', 'not-assessed'])
export type Conclusion = v.InferOutput<typeof Conclusion>

export const MatrixRow = v.object({
  model: v.string(),
  method: v.string(),
  role: v.picklist(['method', 'reference']),
  cells: v.array(MatrixCell),
  conclusion: Conclusion,
  /** The first failing reason, or what passed. */
  reason: v.string()
})
export type MatrixRow = v.InferOutput<typeof MatrixRow>

/** Everything needed to compute the report again. Loose: the engine may add fields, readers keep to these. */
export const ReportRecipe = v.looseObject({
  id: v.string(),
  saliscope: v.string(),
  seed: v.number(),
  provider: v.string(),
  target: v.string(),
  grid: v.string(),
  explained: v.picklist(['logit', 'output']),
  reduction: v.string(),
  bootstrap: v.object({ draws: Count, level: Finite, unit: v.literal('patient') }),
  ssim: v.object({ window: v.string(), dataRange: v.number(), covariance: v.string() }),
  /** SHA-256 by relative file name. */
  files: v.record(v.string(), v.string()),
  /** Rules that differ from the defaults, named in the headline. */
  changedRules: v.array(v.string())
})
export type ReportRecipe = v.InferOutput<typeof ReportRecipe>

export const Report = v.object({
  version: v.literal(1),
  title: v.string(),
  recipe: ReportRecipe,
  coverage: Coverage,
  answer: Answer,
  questions: v.array(Question),
  matrix: v.array(MatrixRow),
  models: v.array(ReportModel),
  methods: v.array(ReportMethod),
  results: v.array(ResultRow),
  curves: v.array(Curve),
  comparisons: v.array(Comparison),
  answerKey: v.array(AnswerKey),
  distributions: v.optional(v.array(Distribution)),
  /** Comparisons of groups of maps; absent in older reports. */
  groups: v.optional(v.array(GroupEvidence)),
  mapClusters: v.optional(v.array(MapClusters)),
  cases: v.array(ReportCase),
  illustrations: v.array(Illustration),
  /** One case under many maps; absent in older reports and for volumes. */
  methodGrids: v.optional(v.array(MethodGrid)),
  /** What could not be computed, by case and model. */
  failed: v.array(v.object({ case: v.string(), model: v.string(), method: v.string(), reason: v.string() })),
  /** What this report cannot say: one sentence each. */
  limits: v.array(v.string()),
  /** Sources of the criteria and the statistics; those of the maps stand with each map. */
  citations: v.optional(v.array(ReportCitation)),
  /** The published study whose settings were followed, beside what it reports. */
  preset: v.optional(v.nullable(ReportPreset))
})
export type Report = v.InferOutput<typeof Report>
