import type { MapSummary } from '@shared/vocabulary'
import { beside } from './beside.svelte'
import { cutsWords } from './catalogue-cuts'
import { compareGrid, type GridCell } from './compare-grid.svelte'
import { overlay, type ScaleChoice } from './overlay.svelte'
import { mprWords } from './catalogue-mpr'
import { maps } from './maps.svelte'
import { shell } from './shell.svelte'
import { habits } from './view-habits.svelte'
import { MAX_CELLS, viewer, type Layout } from './viewer.svelte'

/** Which map is shown in which cell of the viewer. */
class Cells {
  /** The two maps side by side; they stay in their places while one of them leads. */
  #pair = $state.raw<readonly [string | null, string | null]>([null, null])
  #side = $state<0 | 1>(0)
  #scaleBefore: ScaleChoice = 'own'
  /** While J is held: true shows the map that led before. */
  flickered = $state(false)

  /** Maps of the cells on this page; a null cell shows the bare image. */
  get shown(): readonly (MapSummary | null)[] {
    const find = (mapId: string | null): MapSummary | null => maps.list.find((map) => map.mapId === mapId) ?? null

    switch (viewer.layout) {
      case 'single':
      case 'mpr':
      case 'cuts':
      case 'mosaic':
        return [find(this.flickered ? maps.lastId : maps.selectedId)]
      case 'side-by-side':
        return this.#pair.map(find)
      case 'grid': {
        const page = this.#page(this.#all)

        return page.length === 0 ? [null] : page
      }
    }
  }

  /** What belongs into each cell of the grid, where the grid has rows of its own; a cell without a map says what is missing. */
  get wishes(): readonly GridCell[] {
    return viewer.layout === 'grid' ? this.#page(compareGrid.cells) : []
  }

  get #all(): readonly (MapSummary | null)[] {
    if (compareGrid.cells.length === 0) return maps.done

    return compareGrid.cells.map(({ map }) => (map?.state === 'done' ? map : null))
  }

  #page<T>(list: readonly T[]): readonly T[] {
    return list.slice(viewer.page * MAX_CELLS, (viewer.page + 1) * MAX_CELLS)
  }

  get pages(): number {
    return viewer.layout === 'grid' ? Math.max(1, Math.ceil(this.#all.length / MAX_CELLS)) : 1
  }

  /** The cell that leads. */
  get leading(): number {
    if (viewer.layout === 'side-by-side') return this.#side
    const at = this.shown.findIndex((map) => map !== null && map.mapId === maps.selectedId)

    return Math.max(0, at)
  }

  /** Keeps the pair in step with the map that leads; call in an effect. */
  follow(): void {
    const id = maps.selectedId
    if (viewer.layout === 'grid') this.#turnToPageOf(id)
    if (viewer.layout !== 'side-by-side' || this.#pair[this.#side] === id) return
    if (id !== null && this.#pair.includes(id)) this.#side = this.#pair[0] === id ? 0 : 1
    else this.#pair = this.#side === 0 ? [id, this.#partner(id, this.#pair[1])] : [this.#partner(id, this.#pair[0]), id]
  }

  choose(layout: Layout): void {
    if (layout === 'mpr' && viewer.slices < 2) {
      shell.sentence = mprWords.onlyVolumes

      return
    }
    if (shell.sentence === mprWords.onlyVolumes) shell.sentence = null
    if ((layout === 'cuts' || layout === 'mosaic') && viewer.slices < 2) {
      shell.sentence = cutsWords.onlyVolumes

      return
    }
    if (shell.sentence === cutsWords.onlyVolumes) shell.sentence = null
    const lead = maps.selectedId
    const last = maps.lastId !== lead ? maps.lastId : null
    this.#pair = [lead, this.#partner(lead, last)]
    this.#side = 0
    this.#shareScale(layout)
    viewer.chooseLayout(layout)
    habits.keepLayout(viewer.modality, layout)
  }

  /** A grid is for comparing: one scale for all, until the user says otherwise; the scale of before comes back with it. */
  #shareScale(layout: Layout): void {
    if (layout === 'grid' && viewer.layout !== 'grid') {
      this.#scaleBefore = overlay.scale
      overlay.scale = 'shared'
    } else if (layout !== 'grid' && viewer.layout === 'grid') overlay.scale = this.#scaleBefore
  }

  /** Makes a cell lead. */
  lead(cell: number): void {
    if (beside.shown) return
    const map = this.shown[cell]
    if (viewer.layout === 'side-by-side') this.#side = cell === 0 ? 0 : 1
    if (map !== undefined && (map !== null || viewer.layout === 'side-by-side')) maps.select(map?.mapId ?? null)
  }

  step(by: 1 | -1): void {
    if (beside.shown) {
      beside.focused = beside.focused === 'first' ? 'second' : 'first'

      return
    }
    const count = this.shown.length
    this.lead((this.leading + by + count) % count)
  }

  #partner(lead: string | null, wanted: string | null): string | null {
    const here = (id: string | null): boolean => id !== null && id !== lead && maps.done.some((map) => map.mapId === id)
    if (here(wanted)) return wanted

    return maps.done.find((map) => map.mapId !== lead)?.mapId ?? null
  }

  #turnToPageOf(mapId: string | null): void {
    const at = this.#all.findIndex((map) => map?.mapId === mapId)
    if (at >= 0) viewer.page = Math.floor(at / MAX_CELLS)
  }
}

export const cells = new Cells()
