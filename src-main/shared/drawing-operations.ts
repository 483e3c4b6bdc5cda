import * as v from 'valibot'
import { command } from './command'
import { MadeOrNot, which } from './drawing'

/** Tools that look at more than the slice in front: the engine runs them on its own labelmaps, one entry of the history each. */
const Id = v.pipe(v.string(), v.minLength(1), v.maxLength(512))
const Index = v.pipe(v.number(), v.integer(), v.minValue(0))
const finite = v.pipe(v.number(), v.finite())
/** Millimetres, or pixels where the image has no scale. */
const Length = v.pipe(v.number(), v.finite(), v.minValue(0.001), v.maxValue(500))

const segment = { segment: Id }

export const DrawingOperation = v.variant('operation', [
  /** What hangs together with a voxel and has values in a band comes in. */
  v.object({
    operation: v.literal('grow-region'),
    ...segment,
    voxel: v.tuple([Index, Index, Index]),
    band: v.object({ low: finite, high: finite }),
    reachMm: v.nullable(Length),
    inSlice: v.boolean()
  }),
  /** All segments with something drawn are seeds that share the image among them, inside a box around them. */
  v.object({
    operation: v.literal('grow-seeds'),
    marginMm: v.optional(v.pipe(finite, v.minValue(0), v.maxValue(200)), 10)
  }),
  v.object({ operation: v.literal('fill-between'), ...segment }),
  v.object({ operation: v.literal('keep-largest'), ...segment }),
  /** Parts smaller than `least` go: ml in a volume, cm² on one slice, voxels without a scale. */
  v.object({ operation: v.literal('remove-small'), ...segment, least: v.pipe(finite, v.minValue(0)) }),
  /** The largest part stays; every other becomes a segment of its own (at most 20). */
  v.object({ operation: v.literal('split-parts'), ...segment }),
  /** Grows, or with a negative margin shrinks. */
  v.object({ operation: v.literal('margin'), ...segment, marginMm: v.pipe(finite, v.minValue(-500), v.maxValue(500)) }),
  v.object({
    operation: v.literal('smooth'),
    ...segment,
    method: v.picklist(['median', 'opening', 'closing', 'gaussian']),
    sizeMm: Length
  }),
  v.object({
    operation: v.literal('hollow'),
    ...segment,
    thicknessMm: Length,
    wall: v.picklist(['inside', 'outside', 'middle'])
  }),
  v.object({ operation: v.literal('fill-holes'), ...segment, perSlice: v.boolean() }),
  v.object({
    operation: v.literal('combine'),
    ...segment,
    other: Id,
    how: v.picklist(['union', 'intersection', 'difference', 'exclusive'])
  })
])
export type DrawingOperation = v.InferOutput<typeof DrawingOperation>

/** What a reader says of a case besides the outline. */
export const CaseNote = v.object({
  noFinding: v.boolean(),
  /** 1 guess … 5 certain. */
  certainty: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5))),
  flagged: v.boolean(),
  comment: v.pipe(v.string(), v.maxLength(4000)),
  /** The outlines are the reader's answer: they become a reference mask of the case. */
  done: v.boolean()
})
export type CaseNote = v.InferOutput<typeof CaseNote>

export const SegmentMeasure = v.object({
  segment: v.string(),
  voxels: v.number(),
  /** Of all slices together; null without a scale. */
  ml: v.nullable(v.number()),
  /** On the slice with the largest area; null without a scale. */
  cm2: v.nullable(v.number()),
  /** Longest axis on any slice, in mm (pixels without a scale); null when nothing is drawn. */
  longestAxis: v.nullable(v.number()),
  slices: v.array(v.number())
})
export type SegmentMeasure = v.InferOutput<typeof SegmentMeasure>

export const drawingOperationCommands = {
  /** One entry of the history; `entry` null: nothing changed, and `name` says why in a sentence. */
  'drawing.operation': command(v.object({ ...which, action: DrawingOperation }), MadeOrNot),
  /** Sizes of every segment, counted on the engine's labelmap. */
  'drawing.measure': command(v.object(which), v.array(SegmentMeasure)),
  /** Reads the note, after changing what is given of it. Throws Fault `usage` with what is missing before it can be done. */
  'drawing.note': command(v.object({ ...which, change: v.optional(v.partial(CaseNote), {}) }), CaseNote)
} as const
