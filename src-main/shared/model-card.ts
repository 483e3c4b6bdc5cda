import * as v from 'valibot'

/** How voxel values become 0…1 before mean and standard deviation are applied. */
export const ValueScaling = v.variant('from', [
  v.object({ from: v.literal('range'), low: v.number(), high: v.number() }),
  v.object({ from: v.literal('window'), center: v.number(), width: v.pipe(v.number(), v.minValue(1e-9)) }),
  v.object({ from: v.literal('image') }),
  v.object({ from: v.literal('none') })
])
export type ValueScaling = v.InferOutput<typeof ValueScaling>

/** Voxels along two or three axes, in the order of the model's input. */
const Extents = v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(1))), v.minLength(2), v.maxLength(3))

/** What one model input is made of: a whole image, each slice of a series, a whole volume, patches or boxes. */
export const CardMode = v.variant('kind', [
  v.object({ kind: v.literal('image') }),
  v.object({
    kind: v.literal('slice'),
    axis: v.optional(v.picklist(['i', 'j', 'k']), 'k'),
    selection: v.optional(
      v.union([
        v.picklist(['all', 'middle']),
        v.object({ every: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
        v.object({ list: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))) })
      ]),
      'all'
    ),
    aggregate: v.optional(v.picklist(['max', 'mean']), 'max')
  }),
  v.object({ kind: v.literal('volume') }),
  /** Patches of `size`, a step of `stride` apart, in voxels of the image in the card's orientation and spacing; the last ends at the far edge. */
  v.object({
    kind: v.literal('patch'),
    size: Extents,
    stride: Extents,
    aggregate: v.optional(v.picklist(['max', 'mean']), 'mean')
  }),
  /** Boxes in voxels of the image as stored, `[x0, y0, x1, y1]` or `[x0, y0, z0, x1, y1, z1]`, far edge exclusive. */
  v.object({
    kind: v.literal('roi'),
    boxes: v.pipe(v.array(v.array(v.pipe(v.number(), v.integer(), v.minValue(0)))), v.minLength(1)),
    aggregate: v.optional(v.picklist(['max', 'mean']), 'mean')
  })
])
export type CardMode = v.InferOutput<typeof CardMode>

/** Where the channels come from when the image has fewer than the model. */
export const CardChannels = v.variant('kind', [
  v.object({ kind: v.literal('copies') }),
  v.object({ kind: v.literal('windows'), windows: v.array(v.object({ center: v.number(), width: v.number() })) }),
  v.object({ kind: v.literal('adjacent'), count: v.pipe(v.number(), v.integer(), v.minValue(1)) })
])
export type CardChannels = v.InferOutput<typeof CardChannels>

/** What a model input beside the image is given for every image: a number, (nested) lists, or an .npy file beside the model. */
export const OtherInput = v.union([
  v.number(),
  v.string(),
  v.array(v.number()),
  v.array(v.array(v.number())),
  v.array(v.array(v.array(v.number())))
])
export type OtherInput = v.InferOutput<typeof OtherInput>

/** How a tensor of tokens stands for an image: sizes of their grid, and how many tokens (class, register) come first. */
export const CardTokens = v.object({
  grid: Extents,
  drop: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0)
})

export const CardInput = v.object({
  /** Name of the ONNX graph input. */
  name: v.string(),
  layout: v.picklist(['NCHW', 'NHWC', 'NCDHW', 'NDHWC']),
  /** `[height, width]` or `[depth, height, width]`. */
  size: Extents,
  channels: v.pipe(v.number(), v.integer(), v.minValue(1)),
  values: ValueScaling,
  /** Per channel, after scaling to 0…1 (on raw values for `none`): (value − mean) ÷ std. */
  mean: v.array(v.number()),
  std: v.array(v.pipe(v.number(), v.notValue(0, 'A standard deviation of 0 cannot be divided by.'))),
  /** Where the numbers given to the model should lie; the input doctor checks it. */
  range: v.tuple([v.number(), v.number()]),
  photometric: v.optional(v.picklist(['MONOCHROME1', 'MONOCHROME2', 'RGB']), 'MONOCHROME2'),
  channelOrder: v.optional(v.picklist(['grey', 'RGB', 'BGR']), 'grey'),
  /** Volumes: where the model's first, second and third axis point, as in RAS; `as-stored`: slices, rows, columns. */
  orientation: v.optional(v.string(), 'as-stored'),
  /** Voxel size. Volumes are resampled to it (not under `stretch`), in the order of the model's axes; pictures are only checked. */
  spacingMm: v.optional(v.nullable(v.array(v.number())), null),
  resize: v.optional(v.picklist(['stretch', 'fit', 'cover', 'crop-pad', 'none']), 'stretch'),
  interpolation: v.optional(v.picklist(['linear', 'nearest']), 'linear')
})
export type CardInput = v.InferOutput<typeof CardInput>

export const CardOutput = v.object({
  name: v.string(),
  /**
   * What the file's output is: a logit, or a probability after its own sigmoid or softmax; of a localiser a `segmentation`, one value a
   * pixel and channel, or a `detection`, boxes `[batch, boxes, 4]` (or, of one image at a time as torchvision answers, `[boxes, 4]`)
   * as x0, y0, x1, y1, far edges exclusive, in the unit that `boxUnit` names.
   */
  kind: v.picklist(['logit', 'probability', 'segmentation', 'detection']),
  /** What turns the logits (of a segmentation: the output, of a detection: the scores) into probabilities; `none` where they already are. */
  activation: v.picklist(['sigmoid', 'softmax', 'none']),
  labels: v.array(v.string()),
  /** Of a detection: the output with the scores of the boxes, `[batch, boxes]`, or one a label `[batch, boxes, labels]`; without the batch where the boxes have none. */
  scores: v.optional(v.string()),
  /** Of a detection: the output with the place of each box's label in `labels`, `[batch, boxes]` or `[boxes]`; without it all boxes are of one finding. */
  classes: v.optional(v.string()),
  /** Of a detection: what the corners of the boxes count, pixels of the model's input or shares of its width and height. Pixels where it is absent. */
  boxUnit: v.optional(v.picklist(['pixel', 'fraction'])),
  /** Decision threshold on the probability. */
  threshold: v.optional(v.number(), 0.5)
})
export type CardOutput = v.InferOutput<typeof CardOutput>

/**
 * The model card beside `NAME.onnx` (`NAME.card.json`): everything needed to feed the model and to read its answer,
 * and what its author says of it. `saliscope schema model-card` prints it as JSON Schema.
 */
export const ModelCard = v.object({
  version: v.literal(1),
  id: v.optional(v.string()),
  name: v.string(),
  architecture: v.optional(v.string()),
  replicate: v.optional(v.number()),
  question: v.optional(v.string()),
  trainedOn: v.optional(v.string()),
  notFor: v.optional(v.string()),
  licence: v.optional(v.string()),
  mode: v.optional(CardMode, { kind: 'image' }),
  channels: v.optional(CardChannels, { kind: 'copies' }),
  input: CardInput,
  outputs: v.pipe(v.array(CardOutput), v.minLength(1)),
  targetLayers: v.optional(
    v.array(v.object({ tensor: v.string(), title: v.string(), tokens: v.optional(CardTokens) })),
    []
  ),
  /** Values of the model inputs beside the image, by their ONNX names. */
  otherInputs: v.optional(v.record(v.string(), OtherInput)),
  /** Model-input values of black and white per channel. */
  black: v.optional(v.array(v.number())),
  white: v.optional(v.array(v.number())),
  /** NPY file beside the model: prepared inputs `[M, C, ...spatial]` that expected gradients compare an image with. */
  background: v.optional(v.string()),
  /** Stages of the cascading randomisation from the output to the stem; weights are initializer names. */
  cascade: v.optional(v.array(v.object({ name: v.string(), weights: v.array(v.string()) })), []),
  performance: v.optional(
    v.array(
      v.object({
        set: v.string(),
        n: v.number(),
        auc: v.optional(v.nullable(v.number())),
        accuracy: v.optional(v.nullable(v.number()))
      })
    ),
    []
  ),
  example: v.optional(v.object({ image: v.string(), output: v.array(v.number()) }))
})
export type ModelCard = v.InferOutput<typeof ModelCard>
