import * as v from 'valibot'

// Typed arrays are told by their class; the kind of buffer behind them is of no interest here.
const Floats = v.custom<Float32Array>((value) => value instanceof Float32Array, 'Expected 32-bit floats.')
const Places = v.custom<Uint32Array>((value) => value instanceof Uint32Array, 'Expected 32-bit places.')
const SignedPlaces = v.custom<Int32Array>((value) => value instanceof Int32Array, 'Expected 32-bit places.')
const Size3 = v.tuple([v.number(), v.number(), v.number()])
const Id = v.pipe(v.string(), v.maxLength(512))
const Percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100))

/** What stands in for removed pixels: 0, the mean of the picture, its blur (σ 5), or the neighbours (ROAD). */
export const Filling = v.picklist(['blur', 'mean', 'zero', 'road'])
export type Filling = v.InferOutput<typeof Filling>

/** The input of a model with what is needed to remove the hottest pixels of a map from it, share by share. */
export const RemovalScene = v.object({
  mapId: v.string(),
  filling: Filling,
  /** The model's grid, `[columns, rows, slices]`. */
  size: Size3,
  /** First channel of the input over that grid, in the model's own values. */
  input: Floats,
  /** Places of that grid from the most salient on: the first `share · length` are removed. */
  order: Places,
  /** What replaces each place; null where that depends on which others are removed. */
  filled: v.nullable(Floats),
  /** For each voxel of the image its place on the model's grid, −1 where the model sees nothing; null where the grid covers the image. */
  place: v.nullable(SignedPlaces),
  /** Smallest and largest value of the input. */
  low: v.number(),
  high: v.number(),
  channels: v.number(),
  /** True when all channels hold the same picture, so that the first stands for them. */
  alike: v.boolean(),
  label: v.string(),
  scale: v.picklist(['probability', 'logit']),
  /** Answer to the input as it is. */
  before: v.number()
})
export type RemovalScene = v.InferOutput<typeof RemovalScene>

/** One finished point of a removal curve. */
export const RemovalPoint = v.object({
  percent: v.number(),
  answer: v.number(),
  /** Values of the first channel at the removed places, in the order of the scene; null where the scene has them. */
  filled: v.nullable(Floats)
})
export type RemovalPoint = v.InferOutput<typeof RemovalPoint>

export const RemovalQuestion = v.object({
  mapId: Id,
  filling: Filling,
  percents: v.pipe(v.array(Percent), v.minLength(1), v.maxLength(201)),
  /** `random`: pixels of a smooth random map instead of this one. */
  along: v.picklist(['map', 'random'])
})

const Bytes = v.custom<Uint8Array>((value) => value instanceof Uint8Array, 'Expected bytes.')

/** One slice of a case with one map, small: a panel of a sheet. */
export const SheetPanel = v.object({
  mapId: v.string(),
  view: v.literal('magnitude'),
  /** `[columns, rows]` of the panel. */
  size: v.tuple([v.number(), v.number()]),
  /** The slice in the image's own window, 8 bit. */
  grey: Bytes,
  /** The map on the same pixels, 0…1. */
  values: Floats,
  /** Reference outlines on the same pixels: 1 where any of them marks; null where none does. */
  outline: v.nullable(Bytes),
  /** Of the whole map, not of the panel: value below which 0, 1, … 100 % of the voxels lie. */
  percentiles: Floats,
  /** Ends of the map's scale in the unit of the attribution. */
  low: v.number(),
  high: v.number(),
  unit: v.string(),
  flat: v.boolean(),
  slice: v.number(),
  slices: v.number(),
  letters: v.object({ left: v.string(), right: v.string(), top: v.string(), bottom: v.string() }),
  /** Millimetres of one pixel of the panel, along columns and rows; null: not known. */
  spacingMm: v.nullable(v.tuple([v.number(), v.number()])),
  projection: v.boolean()
})
export type SheetPanel = v.InferOutput<typeof SheetPanel>

/** Two maps of one case against one another, on the voxels of its image. */
export const MapComparison = v.object({
  kind: v.picklist(['difference', 'similarity']),
  size: Size3,
  /** Difference: first minus second, −1…1. Similarity: local SSIM, 1 where they agree. */
  values: Floats,
  /** Mean size of the difference, or mean SSIM as `score ssim` gives it; null with the reason. */
  figure: v.union([v.object({ value: v.number() }), v.object({ value: v.null(), reason: v.string() })])
})
export type MapComparison = v.InferOutput<typeof MapComparison>

/** The regions a map is made of, on the voxels of its image. */
export const MapSegments = v.object({
  mapId: v.string(),
  size: Size3,
  /** Region of each voxel, 1 the hottest of its slice; 0: the model saw nothing there. */
  labels: SignedPlaces,
  count: v.number()
})
export type MapSegments = v.InferOutput<typeof MapSegments>

/** A figure drawn by the window: 64 MiB hold 100 panels many times over. */
const Png = v.pipe(
  Bytes,
  v.check((bytes) => bytes.length <= 64 * 2 ** 20, 'A figure may have 64 MiB.')
)

/** The messages of comparing maps; spread into the protocol's table. */
export const comparisonCommands = {
  'removal.scene': { input: v.object({ mapId: Id, filling: Filling }), output: RemovalScene },
  /** Says each point as `partial` while it goes on, in the order of `percents`. */
  'removal.answers': { input: RemovalQuestion, output: v.object({ answers: v.array(v.number()) }) },
  /** Stages whose weights can be drawn anew, from the output to the stem; empty when there are none. */
  'model.stages': { input: v.object({ modelId: Id }), output: v.object({ stages: v.array(v.string()) }) },
  'sheet.panel': {
    input: v.object({ mapId: Id, edge: v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(1024)) }),
    output: SheetPanel
  },
  /** Both maps are of one case. */
  'map.against': {
    input: v.object({ first: Id, second: Id, kind: v.picklist(['difference', 'similarity']) }),
    output: MapComparison
  },
  /** Of maps made of regions alone: XRAI, and methods with +region. */
  'map.segments': { input: v.object({ mapId: Id }), output: MapSegments },
  /** Writes a figure the window drew into a folder; a file of that name is kept, the new one gets a number. */
  'figure.save': {
    input: v.object({
      grant: v.pipe(v.string(), v.maxLength(4096)),
      name: v.pipe(v.string(), v.maxLength(120)),
      png: Png
    }),
    output: v.object({ files: v.array(v.string()) })
  }
} as const
