import type { Volume } from '@engine/geometry/volume'
import { mapNotes } from '@shared/map-notes'
import type { PlacedMap } from '../map-on-image'
import { drawOverlay, type OverlayPicture, overlayRgb } from '../picture/overlay-picture'
import type { MapToWrite } from './map-to-write'

/** Slice with the largest sum of the map, or the middle one of a flat map. */
export function hottestSlice(values: Float32Array, size: Volume['size']): number {
  const pixels = size[0] * size[1]
  let best = Math.floor((size[2] - 1) / 2)
  let largest = 0
  for (let k = 0; k < size[2]; k++) {
    let sum = 0
    for (let pixel = 0; pixel < pixels; pixel++) sum += Math.abs(values[k * pixels + pixel])
    if (sum > largest) [best, largest] = [k, sum]
  }
  return best
}

/** Picture of the slice with the largest sum, with title and colour bar. */
export function overlayOf(map: MapToWrite, placed: PlacedMap): Uint8Array {
  return drawOverlay(pictureOf(map, placed, hottestSlice(placed.values, map.size)))
}

/** Picture of one slice as red, green and blue side by side. */
export function overlayOfSlice(map: MapToWrite, placed: PlacedMap, slice: number): ReturnType<typeof overlayRgb> {
  return overlayRgb(pictureOf(map, placed, slice))
}

/** What has to stand over the map wherever it is written as a picture. */
export const notesOf = ({ computed, answer }: MapToWrite, { flat }: PlacedMap): string[] =>
  mapNotes({ label: computed.target.label, flat, ...answer })

function pictureOf(map: MapToWrite, placed: PlacedMap, slice: number): OverlayPicture {
  const slices = map.size[2] > 1 ? ` · slice ${slice + 1} of ${map.size[2]}` : ''
  return {
    image: map.image,
    map: placed.flat ? null : placed.values,
    signed: false,
    scale: {
      low: '0',
      high: '1',
      note: placed.clippedAt === null ? 'this map, 0–1' : `clipped at ${map.reduction.clip} %`
    },
    slice,
    title: `${map.title} for ${map.computed.target.label}`,
    subtitle: `${map.modelTitle}${slices}`,
    notes: notesOf(map, placed),
    outlines: []
  }
}
