import type { EdgeLetters } from '@engine/geometry/orientation'
import type { Grid } from '@engine/geometry/grid'
import type { Job } from '@engine/job'
import type { Tensor } from '@engine/tensor/tensor'

/** A classifier or localiser of the experiment, with what the criteria need of its card. */
export interface RunModel {
  readonly id: string
  readonly title: string
  readonly architecture: string
  /** Number of the training run; two models are replicates when architecture and `trainedOn` agree and this differs. */
  readonly replicate: number | null
  /** The card's words on its training set; null when the card is silent (then models of one architecture count as trained alike). */
  readonly trainedOn: string | null
  readonly role: 'classifier' | 'localiser'
  /** Labels of the explained outputs, in order. */
  readonly labels: readonly string[]
  readonly activation: 'sigmoid' | 'softmax' | 'none'
  /** Decision threshold on the probability of an output, as the card states it. */
  readonly threshold: number
  /** True when convolutions have no normalisation behind them that could be reset on its own: there was none, or the exporter folded it into them. */
  readonly foldedBatchNorm: boolean
  /** Layers with weights that no stage of the card draws anew; absent counts as none. */
  readonly leftTrained?: readonly string[]
  /** SHA-256 of its file; absent where it is not at hand. Two models of one file are one network. */
  readonly sha256?: string
  /** What its card does to an image, by setting: where the pixels come from, and what their values become. Absent where it is not known. */
  readonly sees?: {
    readonly place: Readonly<Record<string, string>>
    readonly values: Readonly<Record<string, string>>
  }
  /** True for a model of which only maps are known: whatever asks it has no answer. Absent counts as false. */
  readonly elsewhere?: boolean
}

/** A case to score: one image of one patient. */
export interface RunCase {
  readonly id: string
  readonly patient: string
  /** The finding of the reference standard; null when there is none. */
  readonly label: string | null
  /** The label as the experiment states it, "normal" too; absent: as `label`. */
  readonly statedLabel?: string | null
  /** The group the experiment puts the case in. */
  readonly group?: string | null
  /** True when a reference mask or box exists. */
  readonly hasMask: boolean
  /** Readers with an outline of their own; absent counts as 0. */
  readonly readers?: number
  readonly hasCue: boolean
  /** Ids of the interventions the case offers: `finding-removed`, `cue-removed`, `cue-swapped`. */
  readonly variants: readonly string[]
}

/** A method of the experiment as the criteria see it. */
export interface RunMethod {
  readonly id: string
  readonly title: string
  /** `reference` for `random` and `edge`: scored as rows, never counted as methods. */
  readonly role: 'method' | 'reference'
  /** Maps made elsewhere: there are no weights to randomise. */
  readonly imported: boolean
  /** Maps made elsewhere: whether every model has its own. Absent counts as false, one file for all models. */
  readonly byModel?: boolean
  /** Model ids the method is for; null for all. */
  readonly models: readonly string[] | null
}

/** Regions an expert expects a map to be high in, for cases with this finding. */
export interface ExpectedRegions {
  readonly label: string
  readonly regions: readonly string[]
  /** Term of a dictionary, printed. */
  readonly code: string | null
}

/** The regions of one case on the scoring grid. */
export interface RegionMap {
  /** Name of label 1, 2, … */
  readonly names: readonly string[]
  /** 0 outside every region. */
  readonly labels: Uint16Array
  readonly shape: readonly number[]
}

/** What one reader outlined, on the scoring grid. */
export interface ReaderOutline {
  readonly reader: string
  readonly mask: Uint8Array
  /** The same reader's outline after a map was revealed; null where none was shown. */
  readonly afterReveal: Uint8Array | null
}

export interface ReaderOutlines {
  readonly readers: readonly ReaderOutline[]
  readonly shape: readonly number[]
}

/** Parts of an image that may or may not matter, on the scoring grid. */
export interface ImageZones {
  /** 1 inside the body (or lung, or brain), or why there is none. */
  readonly body: Uint8Array | string
  /** What `body` is a mask of: "the body". */
  readonly bodyTitle: string
  /** True when the experiment gives the mask, false when it was made from the image. */
  readonly bodyGiven: boolean
  /** 1 on signs that look like burned-in text. */
  readonly text: Uint8Array
  readonly shape: readonly number[]
}

export interface GroupMapRequest {
  readonly modelId: string
  readonly caseId: string
  readonly methodId: string
  /** Output by number or label, or null for the experiment's rule. */
  readonly target: string | null
  /** Sum over channels with its sign, unscaled; else the magnitude as it is scored. */
  readonly signed: boolean
}

/** A map in the space in which images of a group are compared. */
export interface GroupMap extends Grid {
  readonly values: Float32Array
  readonly spacingMm: readonly [number, number, number] | null
  /** Directions at the edges of a slice; '' where the image does not say. */
  readonly letters?: EdgeLetters
  /** In words: "in the space of each image", "in the space of mni.nii.gz". */
  readonly space: string
}

/** What is assessed: everything the criteria may know without computing. */
export interface RunSpec {
  readonly seed: number
  readonly models: readonly RunModel[]
  /** Only the cases to score: `sample` is applied already. */
  readonly cases: readonly RunCase[]
  readonly methods: readonly RunMethod[]
  /** Printed in every row: `model 128 × 128`, `image`. */
  readonly grid: string
  /** Absent without regions. */
  readonly expectedRegions?: readonly ExpectedRegions[]
  /** How regions are fitted to each image, in words; absent or null where they are taken as drawn. */
  readonly regionFit?: string | null
}

/** How weights are drawn anew. */
export const initialisations = ['torch', 'glorot-uniform', 'matched-normal', 'permute'] as const
export type Initialisation = (typeof initialisations)[number]

/** The weights a map is made with. */
export type WeightState =
  | { readonly kind: 'trained' }
  /**
   * The named stages re-initialised: uniform in ±1/√fan_in (or as `initialisation` says), normalisation γ 1, β 0, μ 0, σ² 1. Each stage draws
   * from its own stream of `seed` and its name, so a stage gets the same weights in every cascade step and in every call.
   */
  | {
      readonly kind: 'randomised'
      readonly stages: readonly string[]
      readonly seed: number
      /** Default `torch`. */
      readonly initialisation?: Initialisation
    }

export const trained: WeightState = { kind: 'trained' }

export interface MapRequest {
  readonly modelId: string
  readonly caseId: string
  readonly methodId: string
  readonly weights: WeightState
}

/** A map reduced for scoring: sum of absolute values over channels, clipped at its 99th percentile, min–max to [0, 1]. */
export interface ReducedMap {
  readonly values: Float32Array
  /** `[H, W]` or `[D, H, W]` on the scoring grid. */
  readonly shape: readonly number[]
  /** Signed sum over channels, neither clipped nor scaled; absent where the sign is not known (maps made elsewhere). */
  readonly signed?: Float32Array
  /** What the sum of the map misses of the change of the logit it explains; absent where the method promises no such sum. */
  readonly missedChange?: number
  /** Index of the hottest pixel before clipping, for the pointing game; absent where it is not known. */
  readonly peak?: number
  /** Same value everywhere before scaling; `values` are all 0 then. */
  readonly flat: boolean
  /** What the network did under these weights: vanished when its answers no longer depend on the image, exploded when something is not finite or a million times too large. */
  readonly activations: 'normal' | 'vanished' | 'exploded'
}

/** Something that cannot exist here, with the reason in a phrase that can follow "not assessable:". */
export interface Unavailable {
  readonly unavailable: string
}

export interface RunPrediction {
  /** One per output. */
  readonly logits: readonly number[]
  /** null where the card names no activation. */
  readonly probabilities: readonly (number | null)[]
  /** Output whose logit the maps of this case explain. */
  readonly target: number
}

export interface ScoringMask {
  /** 1 inside the reference standard, on the scoring grid. */
  readonly mask: Uint8Array
  readonly shape: readonly number[]
  /** Source pixels of the reference lost by crop or resize. */
  readonly lost: number
  /** The model sees all slices together, so neighbours along all three axes belong together. */
  readonly volumetric?: boolean
}

export interface AverageMask {
  /** Share of training masks that cover each pixel, on the scoring grid. */
  readonly values: Float32Array
  readonly shape: readonly number[]
  /** `training set`, `file`, or `the other patients of this experiment` (leave one patient out): printed. */
  readonly source: string
}

/** Where a localisation model sees the finding of a case, in [0, 1] on the scoring grid of a classifier. */
export interface LocaliserMap {
  readonly values: Float32Array
  readonly shape: readonly number[]
  /** Id of the localisation model. */
  readonly localiser: string
}

/** Far edges exclusive, in pixels of the scoring grid. */
export interface CueBox {
  readonly name: string
  readonly box: readonly [number, number, number, number]
}

/**
 * What criteria ask of the engine: functions, no files and no sessions. `handlers/` implements it; tests have synthetic ones.
 *
 * Every answer is cached by its recipe, so a criterion may ask for the same thing again at no cost. All functions may
 * throw a Fault; criteria count a case that throws as failed (with the fault's message) and go on, except for `cancelled`.
 * Returned arrays are shared: criteria never write into them.
 */
export interface ExperimentRun {
  readonly spec: RunSpec
  /** Said before a loop, so that the maps can be computed in batches; may do nothing. */
  prefetch(requests: readonly MapRequest[], job: Job): Promise<void>
  map(request: MapRequest, job: Job): Promise<ReducedMap | Unavailable>
  /** Logits of the case as it is, or of one of its variants. */
  prediction(modelId: string, caseId: string, variantId: string | null): Promise<RunPrediction>
  /** The reference standard on the model's scoring grid: union of masks and boxes; several readers by majority. */
  mask(modelId: string, caseId: string): Promise<ScoringMask | Unavailable>
  /** Average reference mask that never saw the patient of this case. */
  averageMask(modelId: string, caseId: string): Promise<AverageMask | Unavailable>
  /** The output of the experiment's localisation model (the `replicate`th of them, from 0) on the scoring grid of a classifier: the upper reference. */
  localiserMap(modelId: string, caseId: string, replicate?: number): Promise<LocaliserMap | Unavailable>
  /** The prepared model input on the scoring grid: `[1, C, H, W]`, `[1, C, D, H, W]`, or `[slices, C, H, W]` in slice mode. */
  input(modelId: string, caseId: string): Promise<Tensor>
  /** Answers to changed inputs of a case, each of the shape `input` gives; several at once, joined over slices by the card's rule. */
  perturbed(
    modelId: string,
    caseId: string,
    inputs: readonly Tensor[],
    job: Job
  ): Promise<readonly Omit<RunPrediction, 'target'>[] | Unavailable>
  /** Attributions as a method gives them, signed and unreduced, of changed inputs of a case (each of the shape `input` gives), all of one target. */
  attributions(request: MapRequest, inputs: readonly Tensor[], job: Job): Promise<readonly Float32Array[] | Unavailable>
  cueBoxes(modelId: string, caseId: string): Promise<readonly CueBox[]>
  /** Outlines of every reader, before and after a map was revealed to them. */
  readers(modelId: string, caseId: string): Promise<ReaderOutlines | Unavailable>
  /** How the plane that maps of a case are scored on lies in its patient; a run that does not know leaves it out. */
  mapPlane?(modelId: string, caseId: string): Promise<MapPlane | Unavailable>
  /** The map of a case in the common space of the experiment. */
  groupMap(request: GroupMapRequest, job: Job): Promise<GroupMap | Unavailable>
  /** Keeps a volume beside the report under a path of names; its file, or null where no files are kept. */
  keepMap(path: readonly string[], map: GroupMap): Promise<string | null>
  /** Body and burned-in text of the image. */
  zones(modelId: string, caseId: string): Promise<ImageZones>
  /** Regions of the experiment for this case, fitted to its image unless said otherwise. */
  regions(modelId: string, caseId: string, fitted?: boolean): Promise<RegionMap | Unavailable>
  /** Stages of the cascade, from the output to the stem; empty when the weights cannot be re-initialised. */
  stages(modelId: string): Promise<readonly string[]>
}

/** Directions of the patient at the edges of a plane, and what its pixels measure across and down. */
export interface MapPlane {
  readonly letters: EdgeLetters
  readonly pixelMm: readonly [number, number] | null
}

export function isUnavailable<T extends object>(answer: T | Unavailable): answer is Unavailable {
  return 'unavailable' in answer
}

/** Methods that apply to a model, in the experiment's order. */
export function methodsOf(spec: RunSpec, modelId: string): readonly RunMethod[] {
  return spec.methods.filter((method) => method.models === null || method.models.includes(modelId))
}
