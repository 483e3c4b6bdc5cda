import { scoringReduction } from '@engine/attribution/reduction'
import { volumeEdgeLetters } from '@engine/geometry/orientation'
import type { Volume } from '@engine/geometry/volume'
import { percentileOfSorted } from '@engine/metrics/percentile'
import { maskToModelGrid, toModelGrid } from '@engine/preprocessing/resample-slice'
import { takeSlice } from '@engine/preprocessing/slices'
import type { SheetPanel } from '@shared/comparison'
import { isProjection } from './display-image'
import { hottestSlice } from './exports/map-picture'
import { type SmallPicture, smallPicture } from './image'
import type { CaseEntry } from './case-shelf'
import { placeMap } from './map-on-image'
import { referenceMasks } from './reference-masks'
import type { Workbench } from './workbench'

/** Values that are sorted for the percentiles: of a volume every n-th. */
const sorted = 1_000_000

/** The hottest slice of a case with its map, longest side `edge`. Throws Fault `not-found` and what reading the image throws. */
export async function sheetPanel({ maps, cases }: Workbench, mapId: string, edge: number): Promise<SheetPanel> {
  const { summary, finished } = maps.require(mapId)
  const entry = cases.require(summary.caseId)
  const volume = await cases.volume(summary.caseId)
  const placed = placeMap(finished.computed, finished.prepared, finished.size, scoringReduction)
  const slice = hottestSlice(placed.values, volume.size)
  const { width, height, grey, grid } = smallPicture(volume, slice, edge)
  const [columns, rows, slices] = volume.size
  const plane = takeSlice({ size: [columns, rows, slices], samples: 1, voxels: placed.values }, 'k', slice)
  return {
    mapId,
    view: 'magnitude',
    size: [width, height],
    grey,
    values: Float32Array.from(toModelGrid(plane.channels[0], grid, 0, 'linear')),
    outline: await outlineOf(entry, volume, { slice, grid }),
    percentiles: percentilesOf(placed.values),
    low: placed.low,
    high: placed.high,
    unit: maps.unitOf(summary),
    flat: placed.flat,
    slice,
    slices,
    letters: { ...volumeEdgeLetters(volume) },
    spacingMm:
      volume.spacingMm === null ? null : [volume.spacingMm[0] * grid.scaleX, volume.spacingMm[1] * grid.scaleY],
    projection: isProjection(entry)
  }
}

/** The slice of every reference mask, joined, on the pixels of the panel; null where none marks anything there. */
async function outlineOf(
  entry: CaseEntry,
  volume: Volume,
  { slice, grid }: { slice: number; grid: SmallPicture['grid'] }
): Promise<Uint8Array | null> {
  const length = volume.size[0] * volume.size[1]
  const joined = new Uint8Array(length)
  for (const { labelmap } of await referenceMasks(entry, volume)) {
    const plane = labelmap.voxels.subarray(slice * length, (slice + 1) * length)
    for (let at = 0; at < length; at++) if (plane[at] !== 0) joined[at] = 1
  }
  const { mask } = maskToModelGrid(joined, grid)
  return mask.includes(1) ? mask : null
}

function percentilesOf(values: Float32Array): Float32Array {
  const step = Math.max(1, Math.ceil(values.length / sorted))
  const some = Float32Array.from({ length: Math.ceil(values.length / step) }, (_, index) => values[index * step]).sort()
  return Float32Array.from({ length: 101 }, (_, percent) => percentileOfSorted(some, percent))
}
