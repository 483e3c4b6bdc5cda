import { randomUUID } from 'node:crypto'
import type * as v from 'valibot'
import { Fault } from '@engine/fault'
import { mostSegments } from '@shared/drawing/most-segments'
import { type Journal, type NewEntry, changeOf, segmentEntry } from '@engine/project/journal'
import type { Made, MadeOrNot, Segment, SegmentAction, SegmentBox, Stroke } from '@shared/drawing'
import { whatIsWrongWith } from '@shared/drawing/runs'

/** An entry that is made, as the window is answered: what the history calls it and what it changed. */
export function madeEntry(journal: Journal, made: NewEntry): v.InferOutput<typeof Made> {
  const { entry, savedAt } = journal.commit(made)
  return { entry, name: made.name, savedAt, segments: [...journal.shown.segments], deltas: [...made.deltas] }
}

/** The answer where there is nothing to make an entry of. */
export function nothingChanged({ shown }: Journal): v.InferOutput<typeof MadeOrNot> {
  return { entry: null, name: 'Nothing changed.', savedAt: null, segments: [...shown.segments], deltas: [] }
}

/** Throws Fault `bad-parameter` for what does not lie on the image or names no segment. */
export function checkStroke({ drawing, shown }: Journal, { name, deltas }: Stroke): void {
  const [columns, rows, slices] = drawing.grid.size
  for (const { segment, slice, runs } of deltas) {
    const wrong = !shown.has(segment)
      ? 'it draws in a segment that is not there'
      : slice >= slices
        ? `slice ${slice} is not one of the ${slices} of the image`
        : whatIsWrongWith(runs, columns * rows)
    if (wrong !== null) throw new Fault('bad-parameter', `"${name}" cannot be drawn: ${wrong}.`, { subject: name })
  }
}

/** Throws Fault `too-large` when a drawing would have more segments than can be kept. */
export function requireRoom(segments: number): void {
  if (segments <= mostSegments) return
  throw new Fault('too-large', `A drawing holds ${mostSegments} segments at most.`, {
    hint: 'Remove segments that are not needed, or put several places into one.'
  })
}

/** The entry that does what was asked. Throws Fault `bad-parameter`, `too-large`. */
export function segmentChange(
  { drawing, shown }: Journal,
  change: SegmentAction
): { entry: NewEntry; segment: string } {
  if (change.action === 'add') {
    const { name, colour, code } = change
    requireRoom(shown.segments.length + 1)
    const after: Segment = { segment: randomUUID(), name, colour, code }
    return { entry: segmentEntry(`Add ${name}`, changeOf(shown.segments, null, after)), segment: after.segment }
  }
  const [columns, rows, slices] = drawing.grid.size
  const checked = (boxes: readonly SegmentBox[]): SegmentBox[] => {
    const fits = ({ slice, box: [x0, y0, x1, y1] }: SegmentBox): boolean =>
      slice < slices && x0 < x1 && y0 < y1 && x1 <= columns && y1 <= rows
    if (!boxes.every(fits)) throw new Fault('bad-parameter', 'A box does not lie on the image.')
    return [...boxes]
  }
  const before = shown.segments.find(({ segment }) => segment === change.segment)
  if (before === undefined) throw new Fault('bad-parameter', 'There is no such segment in this drawing.')
  if (change.action === 'remove') {
    const deltas = shown.labelmap(before.segment).map((part) => ({ segment: before.segment, ...part }))
    const entry = segmentEntry(`Remove ${before.name}`, changeOf(shown.segments, before, null), deltas)
    return { entry, segment: before.segment }
  }
  const { name = before.name, colour = before.colour, code = before.code, boxes = before.boxes } = change
  const after: Segment = { ...before, name, colour, code, ...(boxes === undefined ? {} : { boxes: checked(boxes) }) }
  const said = name === before.name ? `Change ${name}` : `Rename ${before.name} to ${name}`
  const words = change.words ?? said
  return { entry: segmentEntry(words.slice(0, 120), changeOf(shown.segments, before, after)), segment: before.segment }
}
