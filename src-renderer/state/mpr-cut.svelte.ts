import type { BorderRun } from '../viewport/region-borders'
import { cutCells, cutLabels, cutNumbers, cutValues } from '../viewport/reslice'
import { sliceThrough, type PlaneName } from '../viewport/cut-planes'
import { outlineOf, type Line } from '../viewport/outline'
import type { OverlayDrawing } from '../viewport/overlay-painter'
import { images } from './images.svelte'
import { segments, shownBorders } from './map-segments.svelte'
import { mpr } from './mpr.svelte'
import { overlay } from './overlay.svelte'
import type { Reading } from './viewer-reading.svelte'
import { viewer } from './viewer.svelte'

/** What one cut shows: grey image, map and outlines, all read at the same voxels. */
export class Cut {
  readonly #name: () => PlaneName
  readonly #reading: Reading

  constructor(name: () => PlaneName, reading: Reading) {
    this.#name = name
    this.#reading = reading
  }

  readonly plane = $derived.by(() => mpr.plane(this.#name()))
  readonly slice = $derived(this.plane === null ? 0 : sliceThrough(this.plane, mpr.cursor))
  readonly placement = $derived.by(() => mpr.placement(this.#name()))

  /** Every pixel as the rectangle it is, above 400 % of the screen's pixels. */
  readonly squares = $derived(this.placement !== null && this.placement.scaleX * viewer.pixelRatio > 4)

  readonly grey = $derived.by(() => {
    const { image } = viewer
    if (image === null || this.plane === null) return null
    const { voxels, size, samples } = image
    const [columns, rows] = this.plane.size

    return { values: cutValues({ values: voxels, size, samples }, this.plane, this.slice), columns, rows, samples }
  })

  /** The map, or the model's own cells, along the cut; null: no map. */
  readonly map = $derived.by(() => {
    const { measured } = this.#reading
    if (measured === null || this.plane === null) return null
    const { values, size, cells } = measured.map
    const cut = overlay.cells
      ? cutCells(cells, size, this.plane, this.slice)
      : cutValues({ values, size }, this.plane, this.slice)

    return { values: cut, size: [this.plane.size[0], this.plane.size[1], 1] as const }
  })

  /** Lines around what the threshold leaves of the map. */
  readonly contours: readonly Line[] = $derived.by(() => {
    const { style } = this.#reading
    if (!overlay.contours || this.map === null || style === null) return []
    const { threshold, upper = Infinity } = style
    const [columns, rows] = this.map.size

    return outlineOf({
      labelmap: Uint8Array.from(this.map.values, (value) =>
        Math.abs(value) > threshold && Math.abs(value) <= upper ? 1 : 0
      ),
      columns,
      rows,
      start: 0
    })
  })

  /** Borders of the regions the map is made of, along the cut. */
  readonly borders: readonly BorderRun[] = $derived.by(() => {
    const found = segments.of(this.#reading.map)
    const { style, measured } = this.#reading
    if (found === null || measured === null || style === null || this.plane === null || !overlay.visible) return []
    const [columns, rows] = this.plane.size
    const labels = cutNumbers({ values: found.labels, size: found.size }, this.plane, this.slice)
    const values = cutValues({ values: measured.map.values, size: measured.map.size }, this.plane, this.slice)

    return shownBorders({ labels, columns, rows }, values, style)
  })

  readonly drawing: OverlayDrawing | null = $derived.by(() => {
    const { style, colours, flat } = this.#reading
    if (this.map === null || style === null || this.placement === null || flat || !overlay.visible) return null

    return {
      source: this.map,
      slice: 0,
      image: { columns: this.map.size[0], rows: this.map.size[1] },
      style,
      table: colours.table,
      placement: this.placement,
      cell: mpr.cells[this.#name()],
      pixelRatio: viewer.pixelRatio,
      nearest: overlay.cells || this.squares,
      contours: this.contours
    }
  })

  /** Outlines of the readers along the cut, in its own pixels. */
  readonly outlines: readonly { readonly reader: string; readonly lines: readonly Line[] }[] = $derived.by(() => {
    const masks = images.masksOf(viewer.image?.caseId ?? null)
    const { plane } = this
    if (masks === null || plane === null || !viewer.outlines) return []

    return masks.masks.map(({ reader, labelmap, size }) => ({
      reader,
      lines: outlineOf({
        labelmap: cutLabels({ values: labelmap, size }, plane, this.slice),
        columns: plane.size[0],
        rows: plane.size[1],
        start: 0
      })
    }))
  })
}
