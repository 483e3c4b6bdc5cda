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

/** The messages of comparing maps; spread into the protocol's table. */
export const comparisonCommands = {
  'removal.scene': { input: v.object({ mapId: Id, filling: Filling }), output: RemovalScene },
  /** Says each point as `partial` while it goes on, in the order of `percents`. */
  'removal.answers': { input: RemovalQuestion, output: v.object({ answers: v.array(v.number()) }) }
} as const
