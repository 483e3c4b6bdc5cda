import type { MapSummary } from '@shared/vocabulary'
import type { OverlayStyle } from '../viewport/blend'
import { colourMapOf, signedMap, type ColourMap, type ColourMapId } from '../viewport/colour-maps'
import { outlineOf, type Line } from '../viewport/outline'
import type { DrawnValues, OverlayDrawing } from '../viewport/overlay-painter'
import type { BorderRun } from '../viewport/region-borders'
import { ownScale, sharedScale, styleOf, type ColourScale, type MeasuredMap } from '../viewport/overlay-style'
import { beside } from './beside.svelte'
import { isDrawable } from './map-kinds'
import { segments, shownBorders } from './map-segments.svelte'
import { maps } from './maps.svelte'
import { overlay } from './overlay.svelte'
import type { Pane } from './pane.svelte'
import { viewer } from './viewer.svelte'

/** How a layer differs from the map that leads. */
export interface LayerLook {
  readonly colourMap: ColourMapId
  readonly opacity: number
}

/** Everything that is drawn and said of one map under the present settings. */
export class Reading {
  readonly #map: () => MapSummary | null
  readonly #layer: () => LayerLook | null
  readonly #pane: Pane

  /** `layer`: colours and opacity of its own, for a map below the one that leads. `pane`: the image it lies on. */
  constructor(map: () => MapSummary | null, layer: () => LayerLook | null = () => null, pane: Pane = viewer) {
    this.#map = map
    this.#layer = layer
    this.#pane = pane
  }

  get map(): MapSummary | null {
    return this.#map()
  }

  readonly measured: MeasuredMap | null = $derived.by(() => {
    const map = this.#map()

    return map !== null && isDrawable(map) && map.caseId === this.#pane.image?.caseId
      ? maps.valuesOf(map.mapId, overlay.view)
      : null
  })

  readonly scale: ColourScale | null = $derived.by(() => {
    if (this.measured === null) return null
    if (overlay.scale === 'own') return ownScale(this.measured.map)
    const expression = this.#map()?.expression
    const shown = beside.shown && beside.map !== null ? [...maps.done, beside.map] : maps.done
    const alike = shown.filter((map) => map.expression === expression)

    return sharedScale(
      this.measured.map,
      alike.flatMap((map) => maps.valuesOf(map.mapId, overlay.view)?.map ?? [])
    )
  })

  readonly style: OverlayStyle | null = $derived.by(() => {
    if (this.measured === null || this.scale === null) return null
    const { rule, opacity, hideBelow, hideAbove, limits } = overlay

    return styleOf(this.measured, this.scale, {
      rule,
      opacity: this.#layer()?.opacity ?? opacity,
      hideBelow,
      hideAbove,
      limits
    })
  })

  readonly colours: ColourMap = $derived.by(() =>
    overlay.view === 'signed' ? signedMap : colourMapOf(this.#layer()?.colourMap ?? overlay.colourMap)
  )

  readonly source: DrawnValues | null = $derived.by(() => {
    if (this.measured === null) return null

    return overlay.cells ? this.measured.map.cells : this.measured.map
  })

  /** Lines around what the threshold leaves; made anew with map, slice and threshold. */
  readonly contours: readonly Line[] = $derived.by(() => {
    if (!overlay.contours || this.measured === null || this.style === null) return []
    const { values, size } = this.measured.map
    const { threshold, upper = Infinity } = this.style
    const [columns, rows] = size
    const slice = this.#pane.drawnSlice
    const plane = values.subarray(slice * columns * rows, (slice + 1) * columns * rows)

    return outlineOf({
      labelmap: Uint8Array.from(plane, (value) => (Math.abs(value) > threshold && Math.abs(value) <= upper ? 1 : 0)),
      columns,
      rows,
      start: 0
    })
  })

  /** Borders of the regions the map is made of, where they are to be seen. */
  readonly borders: readonly BorderRun[] = $derived.by(() => {
    const found = segments.of(this.#map())
    const { measured, style } = this
    if (found === null || measured === null || style === null || !overlay.visible) return []
    const [columns, rows] = found.size
    const [from, to] = [viewer.drawnSlice * columns * rows, (viewer.drawnSlice + 1) * columns * rows]
    const labels = found.labels.subarray(from, to)

    return shownBorders({ labels, columns, rows }, measured.map.values.subarray(from, to), style)
  })

  /** The same everywhere: said in words, never drawn. */
  get flat(): boolean {
    const { measured } = this
    const level = measured !== null && !(measured.map.high > measured.map.low)

    return level || (this.#map()?.flat ?? false)
  }

  /** What the overlay canvas draws; null for the bare image. */
  readonly drawing: OverlayDrawing | null = $derived.by(() => {
    const { image, drawn, pixelRatio } = this.#pane
    if (image === null || drawn === null || this.source === null || this.style === null) return null
    if (this.flat || !overlay.visible) return null

    return {
      source: this.source,
      slice: drawn.slice,
      image: { columns: image.size[0], rows: image.size[1] },
      style: this.style,
      table: this.colours.table,
      placement: drawn.placement,
      cell: drawn.cell,
      pixelRatio,
      nearest: overlay.cells || !drawn.smooth,
      contours: this.contours
    }
  })
}

/** The map that leads. */
export const leadingReading = new Reading(() => maps.selected)
