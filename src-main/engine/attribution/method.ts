import type { ObjectSchema, ObjectEntries } from 'valibot'
import type { Citation } from '@engine/attribution/citations'
import type { Explainable, Explained } from '@engine/attribution/explainable'
import type { SharedParts } from '@engine/attribution/shared-parts'
import type { Job } from '@engine/job'
import type { Tensor } from '@engine/tensor/tensor'

/** What a method asks of the model; shown to the user when it is missing. */
export type Need = 'gradient' | 'layer' | 'relu' | 'baseline' | 'nothing'

/** The first layer of language: what a clinician reads (design, screens 3.3). */
export interface MethodWords {
  readonly shows: string
  readonly goodFor: string
  readonly notFor: string
  /** When the method misleads, one or two sentences for the help card. */
  readonly failureModes: string
  /** True for methods that show nearly the same for every class (guided backprop…). */
  readonly classInsensitive: boolean
}

export interface AttributionContext {
  readonly model: Explainable
  /** The prepared model input, `[1, C, ...spatial]`; `[N, C, ...spatial]` for methods that say `batched`. */
  readonly input: Tensor
  /** Weight per output, `[1, outputs]`: one-hot for a class, +1/-1 for a contrast. */
  readonly start: Tensor
  readonly of: Explained
  /** Seed of every random draw. */
  readonly seed: number
  readonly job: Job
  /** Layer of the CAM methods when their own `layer` parameter is not given. */
  readonly layer?: string
  /** Reads the file of a file-valued parameter (`sg.noise=F.npy`); absent where no files are at hand. */
  readonly loadTensor?: (path: string) => Promise<Tensor>
  /** Images the model may be compared with, as it sees them, `[M, C, ...spatial]`: the card's or the experiment's; undefined without any. */
  readonly background?: () => Promise<Tensor | undefined>
  /** What other maps of the same image have made already. */
  readonly shared?: SharedParts
}

/** What `job.partial` is given while a map is still being refined. */
export interface PreliminaryMap {
  readonly kind: 'preliminary'
  readonly map: Tensor
  readonly done: number
  readonly total: number
}

export interface Attribution {
  /** Signed attribution: the input's shape `[1, C, ...spatial]`, or `[1, 1, ...spatial]` for one-channel methods. */
  readonly map: Tensor
  /** CAM methods: the layer-size map before ReLU and resizing, `[1, 1, ...layer spatial]`. */
  readonly layer?: Tensor
  /** Methods of regions: which region each pixel is of, 1 the hottest, `[1, 1, ...spatial]`. */
  readonly segments?: Tensor
  /** Figures worth keeping in the recipe, such as the convergence delta of integrated gradients. */
  readonly notes?: Readonly<Record<string, number | string>>
}

/** Where a method stands in the picker (`@shared/vocabulary`). */
export type MethodGroup =
  | 'Recommended'
  | 'Pixel detail'
  | 'Relevance propagation'
  | 'Where the model looks'
  | 'Weights-free'
  | 'References'
  | 'Wrappers'

/** One attribution method: a plain object in its own file, plus one line in `methods/index.ts`. */
export interface AttributionMethod<Params = Record<string, unknown>> {
  readonly id: string
  readonly title: string
  readonly group: MethodGroup
  readonly words: MethodWords
  readonly citation: Citation
  readonly needs: readonly Need[]
  /** Valibot object with defaults and descriptions: forms, `--help` and the report's parameter table are made from it. */
  readonly params: ObjectSchema<ObjectEntries, undefined>
  /** True: takes any number of inputs at once and answers with as many maps. */
  readonly batched?: boolean
  /** About how many forward-and-backward passes at batch one it takes, for the forecast. */
  passes(params: Params, inputShape: readonly number[]): number
  attribute(context: AttributionContext, params: Params): Promise<Attribution>
}
