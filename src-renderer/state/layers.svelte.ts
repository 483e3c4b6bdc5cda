import type { MapSummary } from '@shared/vocabulary'
import { colourMapOf, sequentialMaps, type ColourMapId } from '../viewport/colour-maps'
import { viewWords } from './catalogue-view'
import { maps } from './maps.svelte'
import type { LayerLook } from './viewer-reading.svelte'

/** A map that lies below the one that leads, with colours of its own. */
export interface Layer extends LayerLook {
  readonly mapId: string
  readonly shown: boolean
}

/** The maps below the one that leads: the first lies on top. Limits, rule and scale are those of the overlay. */
class Layers {
  #list = $state.raw<readonly Layer[]>([])

  /** The layers of the case that is open. */
  readonly list: readonly Layer[] = $derived(this.#list.filter(({ mapId }) => this.mapOf(mapId) !== null))

  /** What is drawn, from the bottom up; the map that leads is not drawn twice. */
  readonly drawn: readonly Layer[] = $derived(
    this.list.filter(({ mapId, shown }) => shown && mapId !== maps.selectedId).toReversed()
  )

  /** What lies below, in words, from the top down. */
  get words(): readonly string[] {
    return this.drawn
      .toReversed()
      .map(({ mapId, colourMap }) =>
        viewWords.layers.below(this.mapOf(mapId)?.title ?? '', colourMapOf(colourMap).title)
      )
  }

  mapOf(mapId: string): MapSummary | null {
    return maps.list.find((map) => map.mapId === mapId) ?? null
  }

  has(mapId: string): boolean {
    return this.#list.some((layer) => layer.mapId === mapId)
  }

  /** Lays a map below the others, in the first colours nobody has. */
  add(mapId: string, leading: ColourMapId): void {
    if (this.has(mapId)) return
    const taken = new Set<ColourMapId>([leading, ...this.list.map(({ colourMap }) => colourMap)])
    const free = sequentialMaps.find(({ id }) => !taken.has(id)) ?? sequentialMaps[0]
    this.#list = [...this.#list, { mapId, colourMap: free.id, opacity: 0.5, shown: true }]
  }

  remove(mapId: string): void {
    this.#list = this.#list.filter((layer) => layer.mapId !== mapId)
  }

  toggle(mapId: string, leading: ColourMapId): void {
    if (this.has(mapId)) this.remove(mapId)
    else this.add(mapId, leading)
  }

  change(mapId: string, change: Partial<Omit<Layer, 'mapId'>>): void {
    this.#list = this.#list.map((layer) => (layer.mapId === mapId ? { ...layer, ...change } : layer))
  }

  /** One place up (−1) or down. */
  move(mapId: string, by: -1 | 1): void {
    const at = this.list.findIndex((layer) => layer.mapId === mapId)
    const other = this.list[at + by]
    if (at < 0 || other === undefined) return
    this.#list = this.#list.map((layer) =>
      layer.mapId === mapId ? other : layer.mapId === other.mapId ? this.list[at] : layer
    )
  }
}

export const layers = new Layers()
