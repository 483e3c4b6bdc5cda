import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describeReduction, scoringReduction } from '@engine/attribution/reduction'
import { encodeNpy } from '@engine/formats/raster/npy'
import { encodeNifti } from '@engine/formats/nifti/write'
import type { Volume } from '@engine/geometry/volume'
import { joinSlices, placeMap } from './map-on-image'
import type { FinishedMap } from './map-shelf'
import { writeWhole } from './output-folder'
import { drawOverlay } from './picture/overlay-picture'

export type MapFileKind = 'npy' | 'nifti' | 'png'

export interface MapToWrite extends FinishedMap {
  readonly image: Volume
  /** File name without ending: the expression, or the experiment's method id. */
  readonly id: string
  readonly title: string
  readonly caseName: string
  readonly modelName: string
  readonly modelTitle: string
}

/**
 * Writes a map below `<folder>/<case>/<model>/<target>/`: NPY (the reduced map on the image's grid, float32), NIfTI
 * (the same with the image's affine), PNG (overlay of the hottest slice), and `<id>.recipe.json` that lists every file
 * with its SHA-256. Returns the paths relative to the folder.
 */
export async function writeMapFiles(
  map: MapToWrite,
  { folder, as }: { folder: string; as: readonly MapFileKind[] }
): Promise<string[]> {
  const relative = join(safeName(map.caseName), safeName(map.modelName), safeName(map.computed.target.label))
  const placed = placeMap(map.computed, map.prepared, map.size, scoringReduction)
  const files = new Map<string, Uint8Array>()
  const name = (ending: string): string => join(relative, `${safeName(map.id)}${ending}`)
  const shape = map.size[2] > 1 ? [map.size[2], map.size[1], map.size[0]] : [map.size[1], map.size[0]]

  if (as.includes('npy')) files.set(name('.npy'), encodeNpy(placed.values, shape))
  if (as.includes('nifti')) {
    const volume: Volume = {
      ...map.image,
      voxels: placed.values,
      samples: 1,
      unit: 'attribution',
      photometric: 'MONOCHROME2',
      bitsStored: 32,
      window: null
    }
    files.set(
      name('.nii.gz'),
      await encodeNifti(volume, { description: `Saliscope recipe ${recipeId(map).slice(0, 16)}` })
    )
  }
  if (as.includes('png')) files.set(name('.png'), overlayOf(map, placed))

  for (const [path, bytes] of files) writeWhole(join(folder, path), bytes)
  const recipe = {
    ...map.recipe,
    reduction: { ...scoringReduction, words: describeReduction(scoringReduction) },
    flat: placed.flat,
    notes: map.computed.notes,
    seconds: map.computed.seconds,
    signedSum: joinSlices(map.computed.slices.map(({ attribution }) => attribution.map)).data.reduce(
      (sum, value) => sum + value,
      0
    ),
    files: [...files].map(([path, bytes]) => ({
      file: path.slice(relative.length + 1),
      sha256: createHash('sha256').update(bytes).digest('hex')
    }))
  }
  writeWhole(join(folder, name('.recipe.json')), `${JSON.stringify(recipe, null, 2)}\n`)
  return [...files.keys(), name('.recipe.json')]
}

/** The recipe's own hash: the name results refer to. */
export function recipeId(map: Pick<FinishedMap, 'recipe'>): string {
  return createHash('sha256').update(JSON.stringify(map.recipe)).digest('hex')
}

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

function overlayOf(map: MapToWrite, placed: ReturnType<typeof placeMap>): Uint8Array {
  const slice = hottestSlice(placed.values, map.size)
  const slices = map.size[2] > 1 ? ` · slice ${slice + 1} of ${map.size[2]}` : ''
  return drawOverlay({
    image: map.image,
    map: placed.flat ? null : placed.values,
    signed: false,
    scale: { low: '0', high: '1', note: placed.clippedAt === null ? 'this map, 0–1' : 'clipped at 99 %' },
    slice,
    title: `${map.title} for ${map.computed.target.label}`,
    subtitle: placed.flat ? 'The map is the same everywhere: nothing to see' : `${map.modelTitle}${slices}`,
    outlines: []
  })
}

/** A name that is safe on every file system; different names stay different enough to read. */
export function safeName(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}+._-]+/gu, '-').replace(/^[.-]+|[.-]+$/g, '')
  return safe === '' ? 'unnamed' : safe.slice(0, 120)
}
