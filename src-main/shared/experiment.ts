import * as v from 'valibot'
import { AtlasSource, ExpectedRegions, GridSource, RegionFit, RegionNames, SegmentationModel } from './region-set'

const Params = v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()]))

/** Far edge exclusive, source pixels: `[x0, y0, x1, y1]`. */
export const Box = v.tuple([v.number(), v.number(), v.number(), v.number()])
export type Box = v.InferOutput<typeof Box>

export const ExperimentModel = v.object({
  id: v.string(),
  /** Left out or empty: the model is not at hand, only maps that were made with it elsewhere. */
  onnx: v.optional(v.string(), ''),
  card: v.optional(v.nullable(v.string())),
  architecture: v.optional(v.string(), 'unnamed'),
  replicate: v.optional(v.number(), 1),
  role: v.optional(v.picklist(['classifier', 'localiser']), 'classifier')
})
export type ExperimentModel = v.InferOutput<typeof ExperimentModel>

export const ExperimentCase = v.object({
  id: v.string(),
  patient: v.optional(v.nullable(v.string())),
  session: v.optional(v.nullable(v.string())),
  group: v.optional(v.nullable(v.string())),
  split: v.optional(v.nullable(v.string()), 'test'),
  /** A file, or the folder of a DICOM series. */
  image: v.string(),
  /** SeriesInstanceUID, where the folder holds several series. */
  series: v.optional(v.nullable(v.string())),
  /** The finding that is there; null, "none" or "" when there is none. */
  label: v.optional(v.nullable(v.union([v.string(), v.number()])), null),
  masks: v.optional(
    v.array(
      v.object({
        reader: v.string(),
        path: v.string(),
        confidence: v.optional(v.nullable(v.number())),
        /** The same reader's outline after a map was revealed; `path` is then the one drawn before. */
        afterReveal: v.optional(v.nullable(v.string())),
        /** `reference`: the reference standard, such as a consensus; the other masks are then the readers' own. */
        role: v.optional(v.picklist(['reader', 'reference']))
      })
    ),
    []
  ),
  boxes: v.optional(v.array(Box), []),
  /** Things in the image that must not matter, such as a laterality token. */
  cues: v.optional(v.array(v.object({ name: v.string(), box: Box })), []),
  /** The same patient with one thing changed: `finding-removed`, `cue-removed`, `cue-swapped`. */
  variants: v.optional(v.array(v.object({ id: v.string(), image: v.string() })), [])
})
export type ExperimentCase = v.InferOutput<typeof ExperimentCase>

/** Over the channels, then the percentile at which values are cut, then the scale. */
export const MapReduction = v.object({
  reduce: v.optional(v.picklist(['none', 'sum-abs', 'max-abs', 'sum', 'max', 'mean']), 'sum-abs'),
  clip: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100)), 99),
  normalise: v.optional(v.picklist(['none', 'min-max', 'max', 'diverging']), 'min-max')
})

export const ExperimentMethod = v.union([
  v.string(),
  v.object({
    id: v.optional(v.string()),
    expr: v.string(),
    params: v.optional(Params, {}),
    /** How one value a pixel is made of the attribution; the scoring reduction when absent. */
    reduction: v.optional(MapReduction),
    /** Only for these models; all when absent. */
    models: v.optional(v.array(v.string()))
  }),
  /** Maps made elsewhere: a folder, or a pattern with `{case}`; `{model}` where every model has maps of its own. */
  v.object({ id: v.string(), maps: v.string(), models: v.optional(v.array(v.string())) })
])
export type ExperimentMethod = v.InferOutput<typeof ExperimentMethod>

/** A grid over what the model sees, a label image, or a set saved in a file. */
const RegionSource = v.union([GridSource, AtlasSource, v.strictObject({ set: v.string() })])

/** Regions whose map scores are tested between groups, and those an expert expects to matter. */
export const Regions = v.object({
  source: RegionSource,
  /** Name of each label of the source, `"1": "left lung"`; unnamed labels are called `region N`. Cells of a grid count from the upper left, row by row. */
  names: v.optional(RegionNames, {}),
  /** How they are laid on each image; null: as they are drawn. */
  fit: v.optional(v.nullable(RegionFit), null),
  /** By finding: the regions, by name, in which the map should be high; for other findings those of the set count. */
  expected: v.optional(v.array(ExpectedRegions), [])
})
export type Regions = v.InferOutput<typeof Regions>

/** The part of the image in which findings can lie: a mask of each case (`{case}` in its path) or a model that draws it, and what it is a mask of. */
const Body = v.strictObject({
  mask: v.union([v.string(), SegmentationModel]),
  title: v.optional(v.string(), 'the body')
})

/**
 * The space in which maps of groups are compared: a template, and the affine of each case to it. `itk`: .txt or .mat of ITK and ANTs;
 * `fsl`: FLIRT; `world-ras`, `world-lps`: four lines of four numbers, image to template in that world.
 */
const CommonSpace = v.strictObject({
  template: v.string(),
  /** `{case}` in its path. */
  transforms: v.string(),
  convention: v.picklist(['itk', 'fsl', 'world-ras', 'world-lps'])
})

/** `experiment.json` (design §6): models, cases, methods and criteria of one assessment; paths are relative to the file. */
export const Experiment = v.object({
  version: v.optional(v.literal(1), 1),
  title: v.optional(v.string(), 'Untitled experiment'),
  seed: v.optional(v.number(), 1),
  target: v.optional(v.union([v.string(), v.number()]), 'label'),
  grid: v.optional(v.picklist(['model', 'image']), 'model'),
  /** May be empty where all maps were made elsewhere; an imported dataset without a model can be opened, its methods not be computed. */
  models: v.array(ExperimentModel),
  cases: v.pipe(v.array(ExperimentCase), v.minLength(1, 'An experiment needs at least one case.')),
  methods: v.pipe(v.array(ExperimentMethod), v.minLength(1, 'An experiment needs at least one method.')),
  criteria: v.optional(v.array(v.object({ id: v.string(), params: v.optional(Params, {}) })), []),
  references: v.optional(
    v.object({
      averageMask: v.optional(
        v.nullable(v.union([v.object({ path: v.string() }), v.object({ split: v.string() })])),
        null
      ),
      /** `split` null: of the other patients of the experiment. */
      background: v.optional(v.nullable(v.object({ split: v.nullable(v.string()), n: v.number() })), null)
    }),
    { averageMask: null, background: null }
  ),
  regions: v.optional(v.nullable(Regions), null),
  /** Body, lung or brain mask for energy that lies outside; null: made from the image. */
  body: v.optional(v.nullable(Body), null),
  /** Null: maps of groups are compared on the voxels of the images, which must have one size. */
  space: v.optional(v.nullable(CommonSpace), null),
  sample: v.optional(
    v.object({
      n: v.optional(v.nullable(v.number()), null),
      seed: v.optional(v.number(), 1),
      positivesOnly: v.optional(v.boolean(), false)
    }),
    { n: null, seed: 1, positivesOnly: false }
  ),
  /** A published study: fills in methods, criteria, target and regions where they are left out. */
  preset: v.optional(v.nullable(v.string()), null),
  /** Labels that mean that nothing was found; those in use (normal, CN, control, healthy, no finding) when left out. */
  negative: v.optional(v.nullable(v.array(v.string())), null)
})
export type Experiment = v.InferOutput<typeof Experiment>
/** As it is written: what has a default may be left out. */
export type ExperimentInput = v.InferInput<typeof Experiment>
