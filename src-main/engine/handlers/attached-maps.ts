import { Fault } from '@engine/fault'
import { mapOnImage, readMapVolume } from '@engine/formats/maps/map-volume'
import type { Volume } from '@engine/geometry/volume'
import type { DisplayMap, MapSummary } from '@shared/vocabulary'
import type { CaseEntry } from './case-shelf'

/** Maps that were opened with a case (DICOM Parametric Maps): shown like computed ones, never assessed as a model's. */
const prefix = 'attached:'

export const isAttachedMap = (mapId: string): boolean => mapId.startsWith(prefix)

/** Rows of the list of maps; no model made them. */
export function attachedSummaries({ caseId, maps = [] }: Pick<CaseEntry, 'caseId' | 'maps'>): MapSummary[] {
  return maps.map(({ title }, index) => ({
    ...{ mapId: `${prefix}${index}:${caseId}`, caseId, modelId: '', expression: 'attached', title, params: {} },
    target: { index: -1, label: title },
    ...{ state: 'done', done: 1, total: 1, flat: false, seconds: 0, cells: [0, 0, 0], notes: {}, recipe: '' },
    reduction: 'values of the file'
  }))
}

/** The case and the place in its list that an id names. Throws Fault `not-found`. */
export function attachedPlace(mapId: string): { caseId: string; index: number } {
  const match = /^attached:(\d+):(.+)$/s.exec(mapId)
  if (match === null) throw new Fault('not-found', 'That map is no longer there.', { hint: 'Open its files again.' })
  return { index: Number(match[1]), caseId: match[2] }
}

/**
 * An attached map on the grid of its image: sizes of the values from 0 to 1 (clipped at the 99th percentile), or signed ones from −1 to 1.
 * Places without a value stay NaN. Throws Fault `geometry-mismatch` for a map that does not lie on the image, and what reading throws.
 */
export async function attachedMap(
  entry: Pick<CaseEntry, 'maps'>,
  { mapId, index, view }: { mapId: string; index: number; view: DisplayMap['view'] },
  image: Volume
): Promise<DisplayMap> {
  const file = entry.maps?.[index]
  if (file === undefined)
    throw new Fault('not-found', 'That map is no longer there.', { hint: 'Open its files again.' })
  const map = mapOnImage(await readMapVolume(file.path), image, file.title)
  if (map === null || map.samples !== 1 || map.size.join() !== image.size.join()) {
    throw new Fault('geometry-mismatch', `The map “${file.title}” does not lie on this image.`, {
      subject: file.title,
      hint: 'Open it with the series it was made for.'
    })
  }
  const scaled = view === 'signed' ? signedValues(map.voxels) : magnitudes(map.voxels)
  const size: DisplayMap['size'] = [...map.size]
  return { mapId, size, view, ...scaled, unit: map.unit, cells: { size, values: scaled.values } }
}

type Scaled = Pick<DisplayMap, 'values' | 'low' | 'high' | 'clippedAt'>

function magnitudes(voxels: Volume['voxels']): Scaled {
  const sizes = Float32Array.from(voxels, Math.abs)
  const sorted = sizes.filter(Number.isFinite).sort()
  const [low, largest] = [sorted[0] ?? 0, sorted[sorted.length - 1] ?? 0]
  const clip = sorted[Math.round(0.99 * (sorted.length - 1))] ?? 0
  // Maps that are nearly everywhere alike are not clipped away.
  const high = clip > low ? clip : largest
  const span = high > low ? high - low : 1
  return {
    values: sizes.map((value) => Math.min(1, (value - low) / span)),
    low,
    high,
    clippedAt: high < largest ? high : null
  }
}

function signedValues(voxels: Volume['voxels']): Scaled {
  const values = Float32Array.from(voxels)
  const most = values.reduce((high, value) => (Number.isFinite(value) ? Math.max(high, Math.abs(value)) : high), 0)
  return {
    values: values.map((value) => (most > 0 ? value / most : value)),
    low: -most,
    high: most,
    clippedAt: null
  }
}
