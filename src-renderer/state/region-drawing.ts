import type { RegionAnswer } from '@shared/region-view'
import { colourMapOf } from '../viewport/colour-maps'
import type { OverlayDrawing } from '../viewport/overlay-painter'
import { regionValues } from '../viewport/region-values'
import { viewer } from './viewer.svelte'

/** Regions as they lie over the image of the screen, coloured by their scores up to the largest (null: no scores); null while it shows another image or slice. */
export function regionDrawing(answer: RegionAnswer, largest: number | null): OverlayDrawing | null {
  const { image, placement, cell, pixelRatio, slice } = viewer
  if (image === null || placement === null || answer.caseId !== image.caseId || answer.slice !== slice) return null
  const high = largest ?? 1

  return {
    source: { values: regionValues(answer, high), size: [answer.columns, answer.rows, 1] },
    slice: 0,
    image: { columns: answer.columns, rows: answer.rows },
    style: {
      rule: 'even',
      opacity: largest === null ? 0 : 0.55,
      threshold: high * 1e-6,
      low: 0,
      high,
      signed: false
    },
    table: colourMapOf('inferno').table,
    placement,
    cell,
    pixelRatio,
    nearest: true,
    contours: []
  }
}
