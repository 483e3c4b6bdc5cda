import * as v from 'valibot'
import { command } from './command'
import { FaultReport } from './fault'

/**
 * The messages of drawing. A *drawing* is what one reader outlines on one image: segments that may overlap, each a binary
 * labelmap on the image's own voxels. Every change of it is an *entry* of its journal, named and reversible; undo and redo
 * move a cursor over the entries, so both survive a restart. An entry is saved when `savedAt` names a time.
 */
const Id = v.pipe(v.string(), v.minLength(1), v.maxLength(512))
const Name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120))
const Index = v.pipe(v.number(), v.integer(), v.minValue(0))
const Size3 = v.tuple([v.number(), v.number(), v.number()])
/** ISO 8601 of the moment the entry was on the disk; null while it is held in memory only. */
const SavedAt = v.nullable(v.string())

/** `[skip, flip, skip, flip, …]` over the pixels of a slice, row by row: see drawing/runs.ts. */
export const Runs = v.custom<Uint32Array>((value) => value instanceof Uint32Array, 'Expected runs: 32-bit counts.')

/** The exclusive or of one segment's pixels before and after, on one slice (index along the third axis, from 0). */
export const Delta = v.object({ segment: Id, slice: Index, runs: Runs })
export type Delta = v.InferOutput<typeof Delta>

/** A concept of a coding scheme, such as SCT 39607008 "Lung". */
export const SegmentCode = v.object({
  scheme: v.pipe(v.string(), v.minLength(1), v.maxLength(16)),
  value: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  meaning: v.pipe(v.string(), v.minLength(1), v.maxLength(64))
})
export type SegmentCode = v.InferOutput<typeof SegmentCode>

/** A bounding box on one slice, in pixels: `[x0, y0, x1, y1]`, far edges exclusive. */
export const SegmentBox = v.object({ slice: Index, box: v.tuple([Index, Index, Index, Index]) })
export type SegmentBox = v.InferOutput<typeof SegmentBox>
/** All boxes of one segment. */
export const Boxes = v.pipe(v.array(SegmentBox), v.maxLength(1000))

const segmentWords = {
  name: Name,
  colour: v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/i, 'A colour is written #rrggbb.')),
  code: v.nullable(SegmentCode)
}

/** `boxes` are kept beside the labelmap and mark no pixels of it; absent: none. */
export const Segment = v.object({ segment: Id, ...segmentWords, boxes: v.optional(Boxes) })
export type Segment = v.InferOutput<typeof Segment>

/** What an entry does to the list of segments: added (no before), removed (no after), or changed; and where in the list. */
export const SegmentChange = v.object({ place: Index, before: v.nullable(Segment), after: v.nullable(Segment) })
export type SegmentChange = v.InferOutput<typeof SegmentChange>

/** One action of the reader. `tool` and `slice` are what undo goes back to. */
export const Stroke = v.object({
  /** Shown in the history: "Brush, 3 slices". */
  name: Name,
  tool: v.optional(v.nullable(Id), null),
  slice: v.optional(v.nullable(Index), null),
  deltas: v.pipe(v.array(Delta), v.minLength(1), v.maxLength(20_000))
})
export type Stroke = v.InferOutput<typeof Stroke>

/** A line of the history. `entry` counts from 1; the drawing shows the first `cursor` of them. */
export const DrawingEntry = v.object({
  entry: v.number(),
  name: v.string(),
  tool: v.nullable(v.string()),
  slice: v.nullable(v.number()),
  savedAt: SavedAt
})
export type DrawingEntry = v.InferOutput<typeof DrawingEntry>

/** A checkpoint: what was drawn, under a name to come back to. */
export const NamedPoint = v.object({
  point: v.string(),
  name: v.string(),
  /** The entry it stands at; null once other entries were drawn in its place. What it holds stays. */
  entry: v.nullable(v.number()),
  /** ISO 8601. */
  madeAt: v.string()
})
export type NamedPoint = v.InferOutput<typeof NamedPoint>

/** Why a drawing can be looked at only. */
export const ReadOnly = v.object({
  /** `lease`: somebody draws it elsewhere; the others: nothing in this workspace can be written. */
  reason: v.picklist(['lease', 'folder', 'network', 'workspace']),
  /** Name of the reader who draws it, or of the workspace's writer; null where nobody does. */
  owner: v.nullable(v.string()),
  /** ISO 8601. */
  since: v.nullable(v.string()),
  /** The whole sentence for the screen. */
  sentence: v.string()
})
export type ReadOnly = v.InferOutput<typeof ReadOnly>

export const OpenDrawing = v.object({
  drawing: v.string(),
  caseId: v.string(),
  reader: v.object({ profile: v.string(), name: v.string() }),
  study: v.nullable(v.string()),
  reading: v.number(),
  grid: v.object({
    /** `[columns, rows, slices]`. */
    size: Size3,
    /** (i, j, k) to LPS millimetres, row major, 16 numbers. */
    affine: v.array(v.number()),
    spacingMm: v.nullable(Size3)
  }),
  /** In the order they were added. */
  segments: v.array(Segment),
  /** Per segment its slices that are not empty; `runs` of an empty slice's change are the slice itself. */
  labelmaps: v.array(v.object({ segment: v.string(), slices: v.array(v.object({ slice: v.number(), runs: Runs })) })),
  entries: v.array(DrawingEntry),
  cursor: v.number(),
  /** In the order they were named. */
  points: v.array(NamedPoint),
  readOnly: v.nullable(ReadOnly),
  /** The program ended without closing this drawing; all its entries are here. */
  recovered: v.boolean()
})
export type OpenDrawing = v.InferOutput<typeof OpenDrawing>

/** What changed by moving in the history: deltas to be applied to what is shown, and the segments as they are now. */
export const DrawingMove = v.object({
  cursor: v.number(),
  /** The entry that was undone or redone (of several, the last one). */
  entry: DrawingEntry,
  deltas: v.array(Delta),
  segments: v.array(Segment),
  savedAt: SavedAt
})
export type DrawingMove = v.InferOutput<typeof DrawingMove>

export const SegmentAction = v.variant('action', [
  v.object({ action: v.literal('add'), ...segmentWords }),
  /** Renames, recolours, codes, sets all boxes: what is given; `words` name it in the history. */
  v.object({
    action: v.literal('change'),
    segment: Id,
    ...v.partial(v.object({ ...segmentWords, boxes: Boxes })).entries,
    words: v.optional(Name)
  }),
  v.object({ action: v.literal('remove'), segment: Id })
])
export type SegmentAction = v.InferOutput<typeof SegmentAction>

/** Whether everything drawn is on the disk. */
export const SavingState = v.object({
  state: v.picklist(['saved', 'saving', 'unsaved']),
  /** Why not; null unless `unsaved`. */
  fault: v.nullable(FaultReport),
  /** Changes held in memory. */
  held: v.number(),
  /** ISO 8601 of the last change that was saved. */
  savedAt: SavedAt
})
export type SavingState = v.InferOutput<typeof SavingState>

/** The window of callers that have none. */
export const mainWindow = 'main'
/** A second window of the same program has a name of its own: it is another writer. The engine puts it in, not the page. */
const Window = v.optional(Id, mainWindow)
/** A drawing that is open, and in which window. */
export const which = { drawing: Id, window: Window }
const Moved = v.nullable(DrawingMove)
/** An entry the engine made itself, with what it changed. */
export const Made = v.object({
  entry: v.number(),
  /** As the history has it. */
  name: v.string(),
  savedAt: SavedAt,
  segments: v.array(Segment),
  /** Pixels that came or went. */
  deltas: v.array(Delta)
})

/** The same where it may be that nothing changed: `entry` is null then, and `name` says so in a sentence. */
export const MadeOrNot = v.object({ ...Made.entries, entry: v.nullable(v.number()) })

export const drawingCommands = {
  /** The current profile's drawing of a case: the one there is, or a new one. */
  'drawing.open': command(
    v.object({
      caseId: Id,
      study: v.optional(v.nullable(Id), null),
      /** Hidden repeats are readings of their own. */
      reading: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
      window: Window
    }),
    OpenDrawing
  ),
  /** Lets somebody else draw it. */
  'drawing.close': command(v.object(which), v.object({})),
  /** Throws away what was undone before it. */
  'drawing.commit': command(v.object({ ...which, stroke: Stroke }), v.object({ entry: v.number(), savedAt: SavedAt })),
  /** null: there is nothing to undo, or to redo. */
  'drawing.undo': command(v.object(which), Moved),
  'drawing.redo': command(v.object(which), Moved),
  /** Goes to any place of the history; null when the drawing is there already. */
  'drawing.go': command(v.object({ ...which, cursor: Index }), Moved),
  'drawing.segment': command(
    v.object({ ...which, change: SegmentAction }),
    v.object({ ...Made.entries, segment: v.string() })
  ),
  /** Names what is drawn now, or takes a name away; answers the points there are. */
  'drawing.checkpoint': command(
    v.object({
      ...which,
      change: v.variant('action', [
        v.object({ action: v.literal('name'), name: Name }),
        v.object({ action: v.literal('remove'), point: Id })
      ])
    }),
    v.object({ points: v.array(NamedPoint) })
  ),
  /**
   * Makes the drawing what it was at a checkpoint: a move while its entry is in the history, else an entry of its own that can be
   * undone. Both null: it is that already.
   */
  'drawing.restore': command(v.object({ ...which, point: Id }), v.object({ moved: Moved, made: v.nullable(Made) })),
  'drawing.saving': command(v.object({}), SavingState)
} as const

export const drawingEvents = {
  /** Told whenever it changes; the status line shows it. */
  saving: SavingState
} as const
