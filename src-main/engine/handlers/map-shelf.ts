import { Fault } from '@engine/fault'
import type { Reduction } from '@engine/attribution/reduction'
import { scoringReduction, signedReduction } from '@engine/attribution/reduction'
import type { Volume } from '@engine/geometry/volume'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import type { ExplainedAnswer } from '@shared/map-notes'
import type { DisplayMap, MapSummary } from '@shared/vocabulary'
import type { ComputedMap } from './compute-map'
import { type PlacedMap, placeMap } from './map-on-image'
import type { Recipe } from './recipe'

/** A finished map with what is needed to draw or save it. */
export interface FinishedMap {
  readonly computed: ComputedMap
  readonly prepared: PreparedImage
  readonly size: Volume['size']
  readonly recipe: Recipe
  /** What the trained model says of what is explained. */
  readonly answer: ExplainedAnswer
}

/** What there is of a map that is not done. */
export type UnfinishedMap = Pick<FinishedMap, 'prepared' | 'size'> & {
  readonly computed: Pick<ComputedMap, 'slices'>
}

interface Entry {
  summary: MapSummary
  finished: FinishedMap | null
  unfinished: UnfinishedMap | null
  /** When the screen was last told of a refinement. */
  told: number
}

/** A map that is refined faster is drawn at this pace, in milliseconds. */
const PACE = 500

/** The maps of the open cases: waiting, computing, done, failed. */
export class MapShelf {
  private readonly entries = new Map<string, Entry>()
  private count = 0

  constructor(private readonly changed: (summary: MapSummary) => void) {}

  /** Puts a map on the shelf; a map of the same order is replaced, so that a second request shows in the same row. */
  place(
    order: Omit<MapSummary, 'mapId' | 'state' | 'done' | 'total' | 'flat' | 'seconds' | 'cells' | 'notes' | 'recipe'>
  ): MapSummary {
    const same = [...this.entries.values()].find(({ summary }) => orderKey(summary) === orderKey(order))
    if (same === undefined) this.count += 1
    const mapId = same?.summary.mapId ?? `map-${this.count}`
    const summary: MapSummary = {
      ...order,
      mapId,
      state: 'waiting',
      done: 0,
      total: 1,
      flat: false,
      seconds: 0,
      cells: [0, 0, 0],
      notes: {},
      recipe: ''
    }
    this.entries.set(mapId, { summary, finished: null, unfinished: null, told: -Infinity })
    this.changed(summary)
    return summary
  }

  change(mapId: string, change: Partial<MapSummary>): void {
    const entry = this.entries.get(mapId)
    if (entry === undefined) return
    entry.summary = { ...entry.summary, ...change }
    this.changed(entry.summary)
  }

  finish(mapId: string, finished: FinishedMap, change: Partial<MapSummary>): void {
    const entry = this.entries.get(mapId)
    if (entry === undefined) return
    entry.finished = finished
    entry.unfinished = null
    this.change(mapId, { ...change, state: 'done', preliminary: null })
  }

  /** Takes what there is of a map that is still being computed. */
  refine(
    mapId: string,
    unfinished: UnfinishedMap,
    { done, total, of }: { done: number; total: number; of: string }
  ): void {
    const entry = this.entries.get(mapId)
    if (entry === undefined || entry.finished !== null) return
    if (performance.now() - entry.told < PACE) return
    entry.told = performance.now()
    entry.unfinished = unfinished
    this.change(mapId, { preliminary: { done, total, of, kept: false } })
  }

  /** Keeps what there is of a stopped map. Throws Fault `not-found` where there is nothing. */
  keep(mapId: string): MapSummary {
    const entry = this.entries.get(mapId)
    const preliminary = entry?.summary.preliminary
    if (entry === undefined || !preliminary || entry.unfinished === null) {
      throw new Fault('not-found', 'Nothing of that map is there to be kept.', { hint: 'Compute it again.' })
    }
    this.change(mapId, { preliminary: { ...preliminary, kept: true } })
    return entry.summary
  }

  list(caseId: string): MapSummary[] {
    return [...this.entries.values()].map((entry) => entry.summary).filter((summary) => summary.caseId === caseId)
  }

  /** A map in whatever state; null when it is not there. */
  find(mapId: string): MapSummary | null {
    return this.entries.get(mapId)?.summary ?? null
  }

  /** How many finished maps each case has; scrambled ones are there for comparison and do not count. */
  finishedCounts(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { summary, finished } of this.entries.values()) {
      if (finished === null || summary.scrambled !== undefined) continue
      counts.set(summary.caseId, (counts.get(summary.caseId) ?? 0) + 1)
    }
    return counts
  }

  remove(mapId: string): void {
    this.entries.delete(mapId)
  }

  /** Throws Fault `not-found` for a map that is not there, or not computed. */
  require(mapId: string): { summary: MapSummary; finished: FinishedMap } {
    const entry = this.entries.get(mapId)
    if (entry === undefined) throw new Fault('not-found', 'That map is no longer there.', { hint: 'Compute it again.' })
    if (entry.finished === null) throw new Fault('not-found', `"${entry.summary.title}" has not been computed.`)
    return { summary: entry.summary, finished: entry.finished }
  }

  /** What the numbers of a map are of. */
  unitOf({ expression, target }: MapSummary): string {
    return expression.startsWith('random') || expression.startsWith('edge') ? 'no unit' : `of ${target.label}`
  }

  /** A finished map, else what there is of it. */
  private drawable(mapId: string): { summary: MapSummary; drawn: UnfinishedMap } {
    const entry = this.entries.get(mapId)
    if (entry?.unfinished) return { summary: entry.summary, drawn: entry.unfinished }
    const { summary, finished } = this.require(mapId)
    return { summary, drawn: finished }
  }

  /** A map as the screen draws it. */
  display(mapId: string, view: DisplayMap['view']): DisplayMap {
    const { summary, drawn } = this.drawable(mapId)
    const placed = placeMap(drawn.computed, drawn.prepared, drawn.size, reductionOf(view))
    const [slices, height, width] = placed.cells.shape
    return {
      mapId,
      size: [...drawn.size],
      view,
      values: placed.values,
      ...scaleOf(view, placed),
      unit: this.unitOf(summary),
      clippedAt: placed.clippedAt,
      cells: { size: [width, height, slices], values: placed.cells.data }
    }
  }
}

export function reductionOf(view: DisplayMap['view']): Reduction {
  return view === 'signed' ? signedReduction : scoringReduction
}

/** Drawn values run 0…1 or −1…1; low and high say what the ends stand for in the attribution's own unit. */
function scaleOf(view: DisplayMap['view'], placed: PlacedMap): { low: number; high: number } {
  return view === 'signed' ? { low: -placed.high, high: placed.high } : { low: placed.low, high: placed.high }
}

function orderKey(
  order: Pick<MapSummary, 'caseId' | 'modelId' | 'expression' | 'params' | 'target' | 'scrambled'>
): string {
  return JSON.stringify([
    order.caseId,
    order.modelId,
    order.expression,
    order.params,
    order.target.label,
    order.scrambled ?? null
  ])
}
