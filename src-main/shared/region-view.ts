import * as v from 'valibot'
import { CaseFit, ExpectedRegions, Landmark, mostChannels } from './region-set'

const Id = v.pipe(v.string(), v.maxLength(512))
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))
const Labels = v.custom<Uint16Array>((value) => value instanceof Uint16Array, 'Expected 16-bit labels.')
const Cells = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(12))

/** Which regions: a grid, or a set or label image that the user opened. */
export const ChosenSet = v.union([
  v.object({ kind: v.literal('grid'), rows: Cells, columns: Cells }),
  v.object({ kind: v.literal('file'), grant: v.pipe(v.string(), v.maxLength(4096)) })
])
export type ChosenSet = v.InferOutput<typeof ChosenSet>

/** How the set is laid on the image: as it is drawn, on the body, on what a segmentation model draws, or by landmarks. */
export const ChosenFit = v.picklist(['as-drawn', 'body', 'model', 'affine', 'thin-plate'])
export type ChosenFit = v.InferOutput<typeof ChosenFit>

/** The segmentation model of the fit `model`, and its channels; none: its only one. */
export const ChosenModel = v.object({
  grant: v.pipe(v.string(), v.maxLength(4096)),
  labels: v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(mostChannels))
})
export type ChosenModel = v.InferOutput<typeof ChosenModel>

const Marked = v.pipe(v.array(ExpectedRegions), v.maxLength(200))

/** The regions of the screen as an assessment of the open cases takes them along. */
export const AssessedRegions = v.object({
  set: ChosenSet,
  fit: ChosenFit,
  model: v.nullable(ChosenModel),
  /** By case, for a fit by landmarks. */
  landmarks: v.record(Id, v.pipe(v.array(Landmark), v.maxLength(200))),
  /** The whole of what was marked by hand; null where nobody marked anything, so that the set’s file says. */
  expected: v.nullable(Marked)
})
export type AssessedRegions = v.InferOutput<typeof AssessedRegions>

export const RegionQuestion = v.object({
  caseId: Id,
  /** Map whose values are told; null: the regions alone. */
  mapId: v.nullable(Id),
  /** Slice whose labels are wanted; scores are always those of the whole image. */
  slice: Count,
  set: ChosenSet,
  fit: ChosenFit,
  model: v.optional(v.nullable(ChosenModel), null),
  score: v.picklist(['mean', 'sum', 'max']),
  landmarks: v.pipe(v.array(Landmark), v.maxLength(200)),
  offset: v.tuple([v.number(), v.number(), v.number()])
})
export type RegionQuestion = v.InferOutput<typeof RegionQuestion>

export const RegionAnswer = v.object({
  caseId: v.string(),
  mapId: v.nullable(v.string()),
  title: v.string(),
  slice: Count,
  columns: Count,
  rows: Count,
  /** Region of each pixel of the slice, row by row: 0 none, n the n-th of `regions`. */
  labels: Labels,
  regions: v.array(
    v.object({
      name: v.string(),
      voxels: Count,
      /** Of the map as it is scored, 0–1 over the image; null with its reason. */
      score: v.nullable(v.number()),
      reason: v.optional(v.string())
    })
  ),
  /** Landmarks of the set where they lie on this image before anybody moved them. */
  landmarks: v.array(Landmark),
  /** What the set’s file says is expected. */
  expected: Marked
})
export type RegionAnswer = v.InferOutput<typeof RegionAnswer>

/** The messages of regions on an image; spread into the protocol's table. */
export const regionCommands = {
  'regions.fit': { input: RegionQuestion, output: RegionAnswer },
  /** Writes what was set by hand on one image, for `regions.fit.cases` of an experiment; `file` is its name. */
  'regions.save': {
    input: v.object({ caseId: Id, grant: v.pipe(v.string(), v.maxLength(4096)), fit: CaseFit }),
    output: v.object({ file: v.string() })
  },
  /** Opens a segmentation model that is to place the regions; `labels` are its channels where one has to be chosen. */
  'regions.model': {
    input: v.object({ grant: v.pipe(v.string(), v.maxLength(4096)) }),
    output: v.object({ title: v.string(), labels: v.array(v.string()) })
  },
  /**
   * Writes a set with the regions that are expected by finding: into its own file, beside a label image, or for a grid into the folder; only
   * where the file or folder was chosen for regions.
   * Throws Fault `not-writable`, `bad-file`.
   */
  'regions.set': {
    input: v.object({
      set: ChosenSet,
      folder: v.nullable(v.pipe(v.string(), v.maxLength(4096))),
      expected: Marked
    }),
    output: v.object({ file: v.string() })
  }
} as const
