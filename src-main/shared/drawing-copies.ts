import * as v from 'valibot'
import { command } from './command'
import { MadeOrNot, which } from './drawing'

/**
 * Strokes that were held in memory when somebody else took the drawing over. They can no longer be written where they belong, so they are
 * kept beside it as a copy: whoever drew them adds them once the drawing is free, or puts them away.
 */
const Id = v.pipe(v.string(), v.minLength(1), v.maxLength(512))

export const DrawingCopy = v.object({
  copy: v.string(),
  /** ISO 8601 of the moment the drawing was found taken over. */
  made: v.string(),
  /** Strokes and other changes in it. */
  changes: v.number(),
  /** Segments it changes, by name. */
  segments: v.array(v.string()),
  /** What was written beside the outline and held too; empty: nothing. */
  comment: v.string()
})
export type DrawingCopy = v.InferOutput<typeof DrawingCopy>

export const drawingCopyCommands = {
  /** Of the reader whose drawing it is, oldest first. */
  'drawing.copies': command(v.object(which), v.array(DrawingCopy)),
  /** Changes the drawing as the copy changed it, in one entry of the history; `entry` null: it is all there already. The copy stays. */
  'drawing.addCopy': command(v.object({ ...which, copy: Id }), MadeOrNot),
  /** The copy is offered no longer; answers what is left. */
  'drawing.putCopyAway': command(v.object({ ...which, copy: Id }), v.array(DrawingCopy))
} as const

export const drawingCopyEvents = {
  /** Held strokes of this drawing went into a copy; the sentence names no case. */
  copied: v.object({ drawing: v.string(), sentence: v.string() })
} as const
