import { changeOf } from '@engine/project/journal'
import { changeBetween, type DrawingState } from '@engine/project/drawing-state'
import type { EntryPayload } from '@engine/project/entry-payload'
import type { Segment, SegmentBox } from '@shared/drawing'
import { noRuns, pixelsOfRuns, type Runs, runsOfPixels, xorRuns } from '@shared/drawing/runs'
import { requireRoom } from './drawing-changes'

/** A copy of a drawing: before and after what was held. */
interface Copy {
  readonly written: DrawingState
  readonly held: DrawingState
}

type Shown = Pick<DrawingState, 'segments' | 'runs'>

/**
 * What a drawing needs to be as the copy made it, wherever the copy changed anything: pixels it painted are painted, pixels it erased
 * are erased, its boxes come in, and everything else stays as it is now. A segment is found again by its id, else by its name.
 * `pixels`: of one slice. Throws Fault `too-large` when there is no room for its segments.
 */
export function mergedCopy(
  now: Shown,
  { written, held }: Copy,
  pixels: number
): EntryPayload & { readonly name: string } {
  const { deltas } = changeBetween(written, held.snapshot())
  const segments = [...now.segments]
  const changes: EntryPayload['changes'][number][] = []
  const target = new Map<string, string>()
  for (const one of touched({ written, held }, deltas)) {
    if (!held.has(one.segment)) continue
    const before = written.segments.find(({ segment }) => segment === one.segment) ?? null
    const known =
      segments.find(({ segment }) => segment === one.segment) ?? segments.find(({ name }) => name === one.name)
    const after = known === undefined ? one : withBoxes(known, gained(before, one))
    target.set(one.segment, after.segment)
    if (after === known) continue
    changes.push(changeOf(segments, known ?? null, after))
    if (known === undefined) segments.push(after)
    else segments[segments.indexOf(known)] = after
  }
  requireRoom(segments.length)
  const moved = deltas.flatMap((delta) => {
    const segment = target.get(delta.segment) ?? now.segments.find((one) => one.segment === delta.segment)?.segment
    if (segment === undefined) return []
    const { slice } = delta
    const other = xorRuns(now.runs(segment, slice) ?? noRuns, held.runs(delta.segment, slice) ?? noRuns)
    return { segment, slice, runs: where(other, delta.runs, pixels) }
  })
  return { name: 'Held changes, from the copy', changes, deltas: moved.filter(({ runs }) => runs.length > 0) }
}

/** Pixels of both sets. */
function where(first: Runs, second: Runs, pixels: number): Runs {
  const [a, b] = [pixelsOfRuns(first, pixels), pixelsOfRuns(second, pixels)]
  return runsOfPixels(a.map((value, index) => value & b[index]))
}

/** Segments that the copy changed: new ones, and those with other pixels or more boxes; those it took away last. */
export function touched(
  { written, held }: Copy,
  deltas: EntryPayload['deltas'] = changeBetween(written, held.snapshot()).deltas
): Segment[] {
  const drawn = new Set(deltas.map(({ segment }) => segment))
  const before = (segment: string): Segment | null => written.segments.find((one) => one.segment === segment) ?? null
  const changed = held.segments.filter(
    (one) => before(one.segment) === null || drawn.has(one.segment) || gained(before(one.segment), one).length > 0
  )
  return [...changed, ...written.segments.filter(({ segment }) => !held.has(segment))]
}

/** Boxes that were drawn while it was held. */
function gained(before: Segment | null, after: Segment): SegmentBox[] {
  const known = new Set((before?.boxes ?? []).map((box) => JSON.stringify(box)))
  return (after.boxes ?? []).filter((box) => !known.has(JSON.stringify(box)))
}

function withBoxes(segment: Segment, more: readonly SegmentBox[]): Segment {
  const added = gained(segment, { ...segment, boxes: [...more] })
  return added.length === 0 ? segment : { ...segment, boxes: [...(segment.boxes ?? []), ...added] }
}
