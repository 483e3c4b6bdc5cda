import { SvelteMap } from 'svelte/reactivity'
import type { MapComparison } from '@shared/comparison'
import type { FaultReport } from '@shared/fault'
import type { MapSummary } from '@shared/vocabulary'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import type { OverlayStyle } from '../viewport/blend'
import { colourMapOf, signedMap, type ColourMap } from '../viewport/colour-maps'
import type { ColourScale } from '../viewport/overlay-style'
import type { OverlayDrawing } from '../viewport/overlay-painter'
import { compareWords } from './catalogue-compare'
import { keyed } from './keyed-text'
import { maps } from './maps.svelte'
import { overlay } from './overlay.svelte'
import { registerKeys } from './keys.svelte'
import { shell } from './shell.svelte'
import { viewer } from './viewer.svelte'

export type Against = MapComparison['kind']

type Compared = { state: 'loading' } | { state: 'here'; value: MapComparison } | { state: 'failed'; fault: FaultReport }

/** Comparisons kept; those of volumes are large. */
const KEPT = 6

/** The map that leads and the one it is held against: swiped, subtracted, or compared window by window. */
class MapPair {
  /** What the last cell of the grid shows. */
  extra = $state<'none' | Against>('none')
  /** The maps chosen to be held against one another; null: the one that leads, and the one before it. */
  firstId = $state<string | null>(null)
  secondId = $state<string | null>(null)
  swiping = $state(false)
  /** Where the line of the swipe stands, 0…1 of the picture's cell. */
  share = $state(0.5)
  #compared = new SvelteMap<string, Compared>()

  get first(): MapSummary | null {
    return maps.selected?.state === 'done' ? maps.selected : null
  }

  /** The map looked at before; without one, the next that can be shown. */
  get second(): MapSummary | null {
    const { first } = this
    const last = maps.done.find((map) => map.mapId === maps.lastId && map.mapId !== first?.mapId)

    return last ?? maps.done.find((map) => map.mapId !== first?.mapId) ?? null
  }

  /** What the last cell of the grid compares; both of this case. */
  get held(): { readonly first: MapSummary | null; readonly second: MapSummary | null } {
    const find = (id: string | null): MapSummary | null => maps.done.find((map) => map.mapId === id) ?? null
    const first = find(this.firstId) ?? this.first
    const other = [find(this.secondId), this.second, this.first, ...maps.done]

    return { first, second: other.find((map) => map !== null && map.mapId !== first?.mapId) ?? null }
  }

  /** Chooses one of the two; when it was the other one, they change places. */
  hold(which: 'first' | 'second', mapId: string): void {
    const { first, second } = this.held
    const ids = { first: first?.mapId ?? null, second: second?.mapId ?? null }
    const other = which === 'first' ? 'second' : 'first'
    const changed = { ...ids, [which]: mapId, ...(ids[other] === mapId ? { [other]: ids[which] } : {}) }
    this.firstId = changed.first
    this.secondId = changed.second
  }

  get compared(): Compared | null {
    return this.extra === 'none' ? null : (this.#compared.get(this.#key(this.extra)) ?? null)
  }

  /** Signed and diverging for a difference; from 0 to 1 for the similarity, which is opaque: it is a map of its own. */
  get style(): OverlayStyle {
    return this.extra === 'difference'
      ? { rule: 'even', opacity: Math.max(overlay.opacity, 0.5), threshold: 0.02, low: -1, high: 1, signed: true }
      : { rule: 'even', opacity: 1, threshold: 0, low: 0, high: 1, signed: false }
  }

  /** Both are in numbers of their own: shares of the two maps' scales, or an index. */
  get scale(): ColourScale {
    const { low, high } = this.style

    return { low, high, offset: 0, factor: 1, unit: '', shared: false, note: null }
  }

  get colours(): ColourMap {
    return this.extra === 'difference' ? signedMap : colourMapOf('cividis')
  }

  readonly drawing: OverlayDrawing | null = $derived.by(() => {
    const { image, drawn, pixelRatio } = viewer
    const found = this.compared
    if (image === null || drawn === null || found?.state !== 'here' || !overlay.visible) return null

    return {
      source: found.value,
      slice: drawn.slice,
      image: { columns: image.size[0], rows: image.size[1] },
      style: this.style,
      table: this.colours.table,
      placement: drawn.placement,
      cell: drawn.cell,
      pixelRatio,
      nearest: !drawn.smooth,
      contours: []
    }
  })

  /** Compares the two unless that was done. */
  async compare(): Promise<void> {
    const { extra } = this
    const { first, second } = this.held
    if (extra === 'none' || first === null || second === null) return
    const key = this.#key(extra)
    if (this.#compared.has(key)) return
    this.#compared.set(key, { state: 'loading' })
    for (const old of [...this.#compared.keys()].slice(0, -KEPT)) this.#compared.delete(old)
    try {
      const value = await call('map.against', { first: first.mapId, second: second.mapId, kind: extra })
      this.#compared.set(key, { state: 'here', value })
    } catch (thrown) {
      this.#compared.set(key, { state: 'failed', fault: toFaultReport(thrown) })
    }
  }

  toggleSwipe(): void {
    if (!this.swiping && this.second === null) shell.sentence = keyed(compareWords.swipeNeedsTwo)
    else this.swiping = !this.swiping
  }

  #key(kind: Against): string {
    const { first, second } = this.held

    return `${kind} ${first?.mapId} ${first?.seconds} ${second?.mapId} ${second?.seconds}`
  }
}

export const mapPair = new MapPair()

/** The keys of two maps at once; returns the function that takes them back. */
export function registerPairKeys(): () => void {
  return registerKeys('view', { swipe: () => mapPair.toggleSwipe() })
}
