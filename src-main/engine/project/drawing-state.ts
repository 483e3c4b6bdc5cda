import { combineDeltas, type Delta } from '@shared/drawing/deltas'
import { type Runs, xorRuns } from '@shared/drawing/runs'
import type { Segment, SegmentChange } from '@shared/drawing'
import type { EntryPayload } from './entry-payload'

/** What a drawing shows at one place of its history: its segments, and per segment the slices that are not empty. */
export class DrawingState {
  /** A drawing that holds what a snapshot tells. */
  static of(payload: EntryPayload): DrawingState {
    const state = new DrawingState()
    state.apply(payload)
    return state
  }

  private readonly slices = new Map<string, Map<number, Runs>>()
  private listed: readonly Segment[] = []

  get segments(): readonly Segment[] {
    return this.listed
  }

  has(segment: string): boolean {
    return this.listed.some((known) => known.segment === segment)
  }

  /** Pixels of a segment on a slice; undefined when there are none. */
  runs(segment: string, slice: number): Runs | undefined {
    return this.slices.get(segment)?.get(slice)
  }

  /** The slices of a segment that are not empty, in order. */
  labelmap(segment: string): { slice: number; runs: Runs }[] {
    return [...(this.slices.get(segment) ?? [])]
      .map(([slice, runs]) => ({ slice, runs }))
      .sort((a, b) => a.slice - b.slice)
  }

  /** Everything as one change of an empty drawing: what a checkpoint keeps. */
  snapshot(): EntryPayload {
    return {
      changes: this.listed.map((after, place) => ({ place, before: null, after })),
      deltas: this.listed.flatMap(({ segment }) => this.labelmap(segment).map((part) => ({ segment, ...part })))
    }
  }

  apply({ deltas, changes }: EntryPayload): void {
    for (const change of changes) this.change(change)
    for (const delta of deltas) this.flip(delta)
  }

  revert({ deltas, changes }: EntryPayload): void {
    for (const delta of deltas) this.flip(delta)
    for (const { place, before, after } of [...changes].reverse()) this.change({ place, before: after, after: before })
  }

  private change({ place, before, after }: SegmentChange): void {
    const others = this.listed.filter(({ segment }) => segment !== before?.segment)
    this.listed = after === null ? others : [...others.slice(0, place), after, ...others.slice(place)]
  }

  private flip({ segment, slice, runs }: Delta): void {
    const slices = this.slices.get(segment) ?? new Map<number, Runs>()
    this.slices.set(segment, slices)
    const known = slices.get(slice)
    const next = known === undefined ? runs : xorRuns(known, runs)
    if (next.length === 0) slices.delete(slice)
    else slices.set(slice, next)
  }
}

/** Where a change of several slices is shown: in the middle of them; null where it has no pixels. */
export const middleSlice = (deltas: readonly Delta[]): number | null =>
  deltas[Math.floor(deltas.length / 2)]?.slice ?? null

/** Several entries as one set of deltas, for whoever shows them. */
export function deltasOf(payloads: readonly EntryPayload[]): Delta[] {
  return combineDeltas(payloads.flatMap(({ deltas }) => deltas))
}

/** What turns a drawing into what it was at another time (`then`: all of it, as `snapshot` tells). It undoes itself like any entry. */
export function changeBetween(now: DrawingState, then: EntryPayload): EntryPayload {
  const wanted = DrawingState.of(then)
  const known = now.segments
  const isSame = JSON.stringify(known) === JSON.stringify(wanted.segments)
  const away = known.map((before, place) => ({ place, before, after: null })).reverse()
  const back = wanted.segments.map((after, place) => ({ place, before: null, after }))
  return { changes: isSame ? [] : [...away, ...back], deltas: deltasOf([now.snapshot(), then]) }
}
