import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { describeReduction, type Reduction } from '@engine/attribution/reduction'
import { encodeNpy } from '@engine/formats/raster/npy'
import { encodeNifti } from '@engine/formats/nifti/write'
import type { Volume } from '@engine/geometry/volume'
import { placeMap } from './map-on-image'
import type { FinishedMap } from './map-shelf'
import { writeWhole } from './output-folder'
import { RecipeFile } from './recipe'
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
  readonly reduction: Reduction
}

/**
 * Writes a map below `<folder>/<case>/<model>/<target>/`: NPY (the reduced map on the image's grid, float32), NIfTI
 * (the same with the image's affine), PNG (overlay of the hottest slice), and its entry in `recipe.json`, which
 * lists every file with its SHA-256. Returns the paths relative to the folder.
 */
export async function writeMapFiles(
  map: MapToWrite,
  { folder, as }: { folder: string; as: readonly MapFileKind[] }
): Promise<string[]> {
  const relative = join(safeName(map.caseName), safeName(map.modelName), safeName(map.computed.target.label))
  const placed = placeMap(map.computed, map.prepared, map.size, map.reduction)
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
  const written = [...files].map(([path, bytes]) => ({ file: basename(path), sha256: hashBytes(bytes) }))
  addRecipe(join(folder, relative, 'recipe.json'), {
    id: map.id,
    recipe: map.recipe,
    reduction: { ...map.reduction, words: describeReduction(map.reduction) },
    flat: placed.flat,
    notes: { ...map.computed.notes },
    seconds: map.computed.seconds,
    files: written
  })
  return [...files.keys(), join(relative, 'recipe.json')]
}

/** Puts a map into the folder's recipe.json; the entry of an earlier run of the same map is replaced. */
function addRecipe(path: string, entry: RecipeFile['maps'][number]): void {
  const others = earlierRecipes(path).filter((other) => other.id !== entry.id)
  const file: RecipeFile = { version: 1, maps: [...others, entry] }
  writeWhole(path, `${JSON.stringify(file, null, 2)}\n`)
}

/** A recipe.json that cannot be read is none of ours, or of another version: it is written anew. */
function earlierRecipes(path: string): RecipeFile['maps'] {
  if (!existsSync(path)) return []
  try {
    return v.parse(RecipeFile, JSON.parse(readFileSync(path, 'utf8'))).maps
  } catch {
    return []
  }
}

const hashBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

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
    scale: {
      low: '0',
      high: '1',
      note: placed.clippedAt === null ? 'this map, 0–1' : `clipped at ${map.reduction.clip} %`
    },
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
