import * as v from 'valibot'
import { FindingCode } from './finding-code'

const Point = v.tuple([v.number(), v.number(), v.number()])
const Size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000))

/** Where in the image: a grid of equal cells, or a label image (in an experiment one for all cases, or `{case}` in its path). */
export const GridSource = v.strictObject({
  grid: v.strictObject({
    rows: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
    columns: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64))
  })
})
export const AtlasSource = v.strictObject({ atlas: v.string() })

/** Name of each label, `"1": "left lung"`. */
export const RegionNames = v.record(
  v.pipe(v.string(), v.regex(/^[1-9]\d{0,4}$/u, 'A region is a number from 1.')),
  v.string()
)

export const Landmark = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1)),
  /** Column, row, slice; fractions lie between voxel centres. */
  point: Point
})
export type Landmark = v.InferOutput<typeof Landmark>

/** A finding, and the regions by name in which an expert expects a map of it to be high. */
export const ExpectedRegions = v.object({
  label: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(128)),
  regions: v.pipe(v.array(v.string()), v.maxLength(1000)),
  /** Its term in HPO, RadLex, SNOMED CT or a list of one’s own. */
  code: v.optional(v.nullable(v.union([v.string(), FindingCode])), null)
})
export type ExpectedRegions = v.InferOutput<typeof ExpectedRegions>

/** `NAME.regions.json`: regions drawn once, with the landmarks by which they are fitted to images. */
export const RegionSet = v.object({
  version: v.literal(1),
  title: v.string(),
  source: v.union([GridSource, AtlasSource]),
  names: v.optional(RegionNames, {}),
  /** Lattice the landmarks and the extent are stated on: columns, rows, slices. An atlas states its own. */
  size: v.optional(v.tuple([Size, Size, Size]), [100, 100, 1]),
  spacingMm: v.optional(v.nullable(v.tuple([v.number(), v.number(), v.number()])), null),
  landmarks: v.optional(v.array(Landmark), []),
  /** Box of the body (or lung) on that lattice, outer edges; null: the whole lattice of a grid, the box round all labels of an atlas. */
  extent: v.optional(v.nullable(v.strictObject({ from: Point, to: Point })), null),
  /** By finding; what an experiment says of a finding comes before it. */
  expected: v.optional(v.pipe(v.array(ExpectedRegions), v.maxLength(200)), [])
})
export type RegionSet = v.InferOutput<typeof RegionSet>

/** Channels of a segmentation model that can be named; models of the whole body have some hundred. */
export const mostChannels = 512

/**
 * A segmentation model that draws the body, the lungs or another part on each image: every voxel where one of the named channels
 * reaches the threshold.
 */
export const SegmentationModel = v.strictObject({
  /** The file; its card says `outputs[0].kind` "segmentation". */
  onnx: v.string(),
  /** Null: `NAME.card.json` beside the model. */
  card: v.optional(v.nullable(v.string()), null),
  /** Labels of the card; none: its only channel, or the second of a softmax of two. */
  labels: v.optional(v.pipe(v.array(v.string()), v.maxLength(mostChannels)), []),
  /** Probability; null: the threshold of the card. */
  threshold: v.optional(v.nullable(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))), null)
})
export type SegmentationModel = v.InferOutput<typeof SegmentationModel>

/** What a person set on one image: landmarks, and a shift of the fitted regions in voxels. */
export const CaseFit = v.object({
  version: v.literal(1),
  landmarks: v.optional(v.array(Landmark), []),
  offset: v.optional(Point, [0, 0, 0])
})
export type CaseFit = v.InferOutput<typeof CaseFit>

/** File of each case, `{case}` in its path; or, by case, what such a file holds. */
const CaseFits = v.union([v.string(), v.record(v.string(), CaseFit)])

/** How a set is laid on each image. */
export const RegionFit = v.union([
  v.strictObject({
    by: v.literal('landmarks'),
    transform: v.optional(v.picklist(['affine', 'thin-plate']), 'thin-plate'),
    cases: CaseFits
  }),
  v.strictObject({
    by: v.literal('mask'),
    /** `automatic`: the body by Otsu’s threshold; a mask of each case, `{case}` in its path; or a model that draws it. */
    mask: v.optional(v.union([v.string(), SegmentationModel]), 'automatic'),
    /** Corrections by hand, where there are any. */
    cases: v.optional(v.nullable(CaseFits), null)
  })
])
export type RegionFit = v.InferOutput<typeof RegionFit>
