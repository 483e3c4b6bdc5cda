import { SvelteMap } from 'svelte/reactivity'
import type { MapSegments } from '@shared/comparison'
import type { MapSummary } from '@shared/vocabulary'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { borderRuns, keptRegions, type BorderRun, type LabelledSlice } from '../viewport/region-borders'
import type { OverlayStyle } from '../viewport/blend'
import { viewWords } from './catalogue-view'
import { maps } from './maps.svelte'
import { shell } from './shell.svelte'

/** Maps whose regions are kept; those of volumes are large. */
const KEPT = 6

/** The regions that maps of regions (XRAI) are made of, outlined over the image. */
class Segments {
  shown = $state(false)
  #known = new SvelteMap<string, MapSegments>()
  #asked = new Set<string>()

  /** Whether a map is made of regions. */
  has(map: MapSummary | null): map is MapSummary {
    return map?.state === 'done' && map.notes['regions'] !== undefined
  }

  of(map: MapSummary | null): MapSegments | null {
    return this.shown && map !== null ? (this.#known.get(keyOf(map)) ?? null) : null
  }

  toggle(): void {
    const none = viewWords.overlay.noSegments
    if (!this.shown && !this.has(maps.selected)) {
      shell.sentence = none

      return
    }
    if (shell.sentence === none) shell.sentence = null
    this.shown = !this.shown
  }

  /** Asks for the regions of a map unless they are here; once more after it was computed again. */
  async read(map: MapSummary): Promise<void> {
    const key = keyOf(map)
    if (this.#asked.has(key)) return
    this.#asked.add(key)
    try {
      this.#known.set(key, await call('map.segments', { mapId: map.mapId }))
      for (const old of [...this.#known.keys()].slice(0, -KEPT)) {
        this.#known.delete(old)
        this.#asked.delete(old)
      }
    } catch (thrown) {
      this.#asked.delete(key)
      shell.report(toFaultReport(thrown))
    }
  }
}

const keyOf = ({ mapId, seconds }: MapSummary): string => `${mapId} ${seconds}`

/** Borders of the regions of one slice that the limits leave in sight. */
export function shownBorders(
  slice: LabelledSlice,
  values: ArrayLike<number>,
  { threshold, upper = Infinity }: OverlayStyle
): BorderRun[] {
  const kept = keptRegions(slice, values, (mean) => Math.abs(mean) >= threshold && Math.abs(mean) <= upper)

  return borderRuns(kept)
}

export const segments = new Segments()
