import * as v from 'valibot'

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
  extent: v.optional(v.nullable(v.strictObject({ from: Point, to: Point })), null)
})
export type RegionSet = v.InferOutput<typeof RegionSet>

/** How a set is laid on each image. */
export const RegionFit = v.union([
  v.strictObject({
    by: v.literal('landmarks'),
    transform: v.optional(v.picklist(['affine', 'thin-plate']), 'thin-plate'),
    /** File of each case with its landmarks, `{case}` in its path. */
    cases: v.string()
  }),
  v.strictObject({
    by: v.literal('mask'),
    /** `automatic`: the body by Otsu’s threshold; else a mask of each case, `{case}` in its path. */
    mask: v.optional(v.string(), 'automatic'),
    /** Files of corrections by hand, where there are any. */
    cases: v.optional(v.nullable(v.string()), null)
  })
])
export type RegionFit = v.InferOutput<typeof RegionFit>

/** What a person set on one image: landmarks, and a shift of the fitted regions in voxels. */
export const CaseFit = v.object({
  version: v.literal(1),
  landmarks: v.optional(v.array(Landmark), []),
  offset: v.optional(Point, [0, 0, 0])
})
export type CaseFit = v.InferOutput<typeof CaseFit>
