import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { parseExpression } from '@engine/attribution/expression'
import type { GivenParams } from '@engine/attribution/parameters'
import { parseTarget } from '@engine/attribution/target'
import { asFault, Fault } from '@engine/fault'
import { loadVolume } from '@engine/formats/load'
import type { Volume } from '@engine/geometry/volume'
import { type Job, throwIfCancelled } from '@engine/job'
import { prepareImage } from '@engine/preprocessing/prepare'
import { cardBackground } from '../background'
import { computeMap, volumeTargets } from '../compute-map'
import { placeMap } from '../map-on-image'
import type { ModelEntry, ModelShelf } from '../model-shelf'
import { drawn } from './drawn'
import { readNpyTensor } from '../npy-tensor'
import { parsed } from './parsed'
import { predictVolume } from '../predict'
import { hashModelFile } from '../model-hash'
import { hashArray, hashJson, RecipeFile } from '../recipe'

export interface RerunOrder {
  /** Folder of results with recipe.json files. */
  readonly path: string
  /** How many maps are drawn. */
  readonly count: number
  /** Seed of the draw. */
  readonly seed: number
  /** Model files and image files in which those of the recipes are looked for, by hash. */
  readonly models: readonly string[]
  readonly images: readonly string[]
}

/**
 * What came of one map, number or conclusion. `off`: largest difference from the file, as a share of the map's range; null when it was not computed.
 * `as-written`: the report keeps nothing it could be drawn from.
 */
export interface Rerun {
  readonly file: string
  readonly state: 'identical' | 'alike' | 'differs' | 'not-computed' | 'as-written'
  readonly off: number | null
  readonly reason: string
}

type RecipeEntry = RecipeFile['maps'][number]

interface Drawn {
  readonly file: string
  readonly shown: string
  readonly entry: RecipeEntry
}

/** Another provider or number of threads sums in another order; more than this is another map. */
export const alike = 1e-3

/**
 * Draws maps among those of a folder, computes them again from their recipes, and compares with what is on disk. Recipes name hashes, not
 * places, so models and images are looked for among the files given. Throws Fault `not-found` without a map, and `cancelled`.
 */
export async function rerunMaps(order: RerunOrder, models: ModelShelf, job: Job): Promise<Rerun[]> {
  const drawn = drawMaps(order)
  const byHash = new Map<string, string>()
  for (const path of order.models) byHash.set(await hashModelFile(path), path)
  const images = await imagesByHash(order.images, new Set(drawn.map(({ entry }) => entry.recipe.image.sha256)), job)
  const found: Rerun[] = []
  for (const [index, one] of drawn.entries()) {
    throwIfCancelled(job)
    job.progress('computing again', index, drawn.length)
    found.push(await rerun(one, { byHash, images, models }, job))
  }
  return found
}

function drawMaps({ path, count, seed }: RerunOrder): Drawn[] {
  const all = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === 'recipe.json')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap((recipe) => entriesOf(recipe, path))
  if (all.length === 0) {
    throw new Fault('not-found', `There is no map as NPY with its recipe in "${basename(path)}".`, {
      subject: basename(path),
      hint: 'Maps written with --as npy can be computed again.'
    })
  }
  return drawn(all, { count, seed })
}

/** Maps of one recipe that lie beside it as NPY. */
function entriesOf(recipe: string, root: string): Drawn[] {
  // What cannot be read as a recipe is named by `verify`.
  return (parsed(RecipeFile, recipe)?.maps ?? []).flatMap((entry) => {
    const named = entry.files.find(({ file }) => file.endsWith('.npy') && file === basename(file))
    if (named === undefined) return []
    const file = join(dirname(recipe), named.file)
    return existsSync(file) ? [{ file, shown: relative(root, file), entry }] : []
  })
}

/** The images among the files whose voxels are wanted; a file that cannot be read is none of them. */
async function imagesByHash(
  paths: readonly string[],
  wanted: ReadonlySet<string>,
  job: Job
): Promise<Map<string, Volume>> {
  const found = new Map<string, Volume>()
  for (const [index, path] of paths.entries()) {
    if (found.size === wanted.size) break
    throwIfCancelled(job)
    job.progress('looking for the images', index, paths.length)
    try {
      const { volume } = await loadVolume(path)
      const hash = hashArray(volume.voxels)
      if (wanted.has(hash)) found.set(hash, volume)
    } catch (thrown) {
      if (asFault(thrown).code === 'cancelled') throw thrown
    }
  }
  return found
}

interface Sources {
  readonly byHash: ReadonlyMap<string, string>
  readonly images: ReadonlyMap<string, Volume>
  readonly models: ModelShelf
}

async function rerun({ file, shown, entry }: Drawn, { byHash, images, models }: Sources, job: Job): Promise<Rerun> {
  const missing = (reason: string): Rerun => ({ file: shown, state: 'not-computed', off: null, reason })
  const { recipe } = entry
  const model = byHash.get(recipe.model.sha256)
  if (model === undefined)
    return missing(`the model ${recipe.model.file} (SHA-256 ${recipe.model.sha256.slice(0, 12)}) was not given`)
  const image = images.get(recipe.image.sha256)
  if (image === undefined) return missing(`its image (SHA-256 ${recipe.image.sha256.slice(0, 12)}) was not given`)
  try {
    const { modelId } = await models.open(model, job)
    const known = models.require(modelId)
    if (hashJson(known.card) !== recipe.model.card) return missing('the model card is another one now')
    const values = await computeAgain(entry, { model: known, image }, job)
    const kept = (await readNpyTensor(file)).data
    return compared(shown, values, kept)
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'cancelled') throw fault
    return missing(fault.message)
  }
}

async function computeAgain(
  { recipe, reduction }: RecipeEntry,
  { model, image }: { model: ModelEntry; image: Volume },
  job: Job
): Promise<Float32Array> {
  const prepared = prepareImage(image, model.card)
  const explainable = await model.explainable(job)
  const { logits } = await predictVolume(explainable, prepared, model.card.outputs[0], job)
  const [target] = volumeTargets(parseTarget(String(recipe.target.index)), logits, model.card.outputs[0])
  const params: GivenParams = Object.fromEntries(
    Object.entries(recipe.method.params).filter(([, value]) => value !== null)
  )
  const order = {
    model: explainable,
    prepared,
    expression: parseExpression(recipe.method.expression),
    params,
    of: recipe.target.of,
    seed: recipe.seed,
    loadTensor: readNpyTensor,
    background: () => cardBackground(model)
  }
  const computed = await computeMap(order, target, job)
  const { reduce, clip, normalise } = reduction
  return placeMap(computed, prepared, image.size, { reduce, clip, normalise } as Parameters<typeof placeMap>[3]).values
}

function compared(file: string, values: Float32Array, kept: Float32Array): Rerun {
  if (values.length !== kept.length) {
    return {
      file,
      state: 'differs',
      off: null,
      reason: `the file holds ${kept.length} values, the map ${values.length}`
    }
  }
  let [largest, low, high] = [0, Infinity, -Infinity]
  for (let i = 0; i < kept.length; i++) {
    largest = Math.max(largest, Math.abs(values[i] - kept[i]))
    low = Math.min(low, kept[i])
    high = Math.max(high, kept[i])
  }
  if (largest === 0) return { file, state: 'identical', off: 0, reason: '' }
  const off = Number.isFinite(largest) && high > low ? largest / (high - low) : Infinity
  const state = off <= alike ? 'alike' : 'differs'
  return { file, state, off, reason: `differs by ${(100 * off).toPrecision(2)} % of its range` }
}
