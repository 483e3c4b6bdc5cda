import { createHash } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describeReduction, reduceMap, type Reduction } from '@engine/attribution/reduction'
import { encodeNifti } from '@engine/formats/nifti/write'
import { encodeTensorFile } from '@engine/formats/torch/tensor-file'
import { Fault } from '@engine/fault'
import { sameGrid } from '@engine/geometry/grid'
import type { Volume } from '@engine/geometry/volume'
import { type MapToWrite, recipeId } from '../exports/map-to-write'
import type { ModelEntry } from '../model-shelf'
import { writeWhole } from '../output-folder'
import type { RecipeFile } from '../recipe'
import { safeName } from '../safe-name'
import type { MapTree, TreeCase, TreeRun } from './map-tree'

/** Where in a MAPS folder the maps lie (definitions A5-6, A5-8). */
export interface ClinicaDlOptions {
  readonly split: number
  /** Selection metric of the model: `loss` in `best-loss`. */
  readonly metric: string
  readonly dataGroup: string
  readonly overwrite: boolean
}

/** Signed values as they are: no absolute value, no scaling (A5-2). */
const asComputed: Reduction = { reduce: 'sum', clip: 100, normalise: 'none' }

/** The running sum of a method's maps, for the map of the group. */
interface Group {
  readonly image: Volume
  readonly sum: Float64Array
  count: number
  readonly target: string
}

/**
 * The tree of `clinicadl interpret`: `split-<n>/best-<metric>/<data group>/interpret-<name>/` with
 * `<participant>_<session>_image-0_map` for each image and `mean_image-0_map` for the group, each as `.pt` (float32,
 * `[1, x, y, z]`, for `MapsManager.get_interpretation`) and `.nii.gz`. Unlike there the NIfTI keeps the patient's space and
 * the mean is over the images, not over all their elements (A5-5, A5-7).
 */
export class ClinicaDlTree implements MapTree {
  private readonly groups = new Map<string, Group>()
  private readonly recipes = new Map<string, RecipeFile['maps']>()
  private readonly taken = new Set<string>()

  constructor(
    private readonly run: TreeRun,
    private readonly model: ModelEntry,
    private readonly options: ClinicaDlOptions
  ) {}

  skips(): null {
    return null
  }

  skipped(): void {}

  async add(map: MapToWrite, item: TreeCase): Promise<string[]> {
    const { part } = map.prepared
    if (part !== 'volume' && map.prepared.plan.indices.length > 1) {
      throw new Fault(
        'unsupported-file',
        `Maps of a ${part} each are not laid into a ClinicaDL tree; maps of whole images are.`,
        {
          hint: 'Take a model that looks at whole images, or write NIfTI.'
        }
      )
    }
    const folder = this.folderOf(map.id)
    if (!this.groups.has(map.id)) this.prepare(folder)
    const stem = this.freeStem(folder, item)
    const joined = map.prepared.join(map.computed.slices.map(({ attribution }) => attribution.map))
    const reduced = reduceMap(joined, asComputed)
    const values = map.prepared.onImage(reduced.map, 'linear')
    this.sum(map, values)
    const files = await this.write(join(folder, stem), values, {
      image: map.image,
      words: `recipe ${recipeId(map).slice(0, 16)}`
    })
    const known = this.recipes.get(folder) ?? []
    known.push({
      ...{ id: stem, recipe: map.recipe, flat: reduced.flat, notes: { ...map.computed.notes } },
      reduction: { ...asComputed, words: describeReduction(asComputed) },
      ...{ seconds: map.computed.seconds, files }
    })
    this.recipes.set(folder, known)
    return files.map(({ file }) => join(folder, file))
  }

  async finish(): Promise<string[]> {
    const written: string[] = []
    for (const [id, { image, sum, count }] of this.groups) {
      const folder = this.folderOf(id)
      const mean = Float32Array.from(sum, (value) => value / count)
      const files = await this.write(join(folder, 'mean_image-0_map'), mean, { image, words: `mean of ${count} maps` })
      const maps = this.recipes.get(folder) ?? []
      writeWhole(join(this.run.folder, folder, 'recipe.json'), `${JSON.stringify({ version: 1, maps }, null, 2)}\n`)
      written.push(...files.map(({ file }) => join(folder, file)), join(folder, 'recipe.json'))
    }
    return written
  }

  private folderOf(id: string): string {
    const { split, metric, dataGroup } = this.options
    return join(`split-${split}`, `best-${safeName(metric)}`, safeName(dataGroup), `interpret-${safeName(id)}`)
  }

  /** An existing name is refused unless it may be overwritten. Throws Fault `not-writable`. */
  private prepare(folder: string): void {
    const path = join(this.run.folder, folder)
    if (!existsSync(path)) return
    const name = folder.split(/[\\/]/).at(-1) ?? folder
    if (!this.options.overwrite) {
      throw new Fault('not-writable', `“${name}” is written already in this data group.`, {
        subject: name,
        hint: 'Choose another --data-group, or --overwrite.'
      })
    }
    rmSync(path, { recursive: true, force: true })
  }

  private freeStem(folder: string, { participant, session }: TreeCase): string {
    const stem = `${safeName(participant)}_${safeName(session)}_image-0_map`
    if (this.taken.has(join(folder, stem))) {
      throw new Fault('bad-parameter', `${participant} has two images of ${session}; a ClinicaDL tree holds one.`, {
        subject: participant,
        hint: 'Choose one kind of image with --image, or one run.'
      })
    }
    this.taken.add(join(folder, stem))
    return stem
  }

  private sum(map: MapToWrite, values: Float32Array): void {
    const target = map.computed.target.label
    const group = this.groups.get(map.id) ?? {
      image: map.image,
      sum: new Float64Array(values.length),
      count: 0,
      target
    }
    if (values.length !== group.sum.length || !sameGrid(group.image, map.image)) {
      throw new Fault('geometry-mismatch', 'The images do not lie on one grid, so there is no map of the group.', {
        hint: 'Take images of one space, as t1_linear of Clinica makes them.'
      })
    }
    if (target !== group.target) {
      throw new Fault('bad-parameter', `The maps explain ${group.target} and ${target}; a group has one target.`, {
        hint: 'Name it: --target 0.'
      })
    }
    for (let at = 0; at < values.length; at++) group.sum[at] += values[at]
    group.count++
    this.groups.set(map.id, group)
  }

  private async write(
    stem: string,
    values: Float32Array,
    { image, words }: { image: Volume; words: string }
  ): Promise<{ file: string; sha256: string }[]> {
    const volume: Volume = {
      ...image,
      ...{ voxels: values, samples: 1, unit: 'attribution', photometric: 'MONOCHROME2', bitsStored: 32, window: null }
    }
    const name = stem.split(/[\\/]/).at(-1) ?? stem
    const files: [string, Uint8Array][] = [
      [`${name}.pt`, encodeTensorFile(inVoxelOrder(values, image.size), [1, ...image.size], `${name}.pt`)],
      [`${name}.nii.gz`, await encodeNifti(volume, { description: `Saliscope ${words}; ${this.model.fileName}` })]
    ]
    return files.map(([file, bytes]) => {
      writeWhole(join(this.run.folder, stem, '..', file), bytes)
      return { file, sha256: createHash('sha256').update(bytes).digest('hex') }
    })
  }
}

/** From x fastest to `[x, y, z]` in C order, as nibabel hands an image to PyTorch. */
function inVoxelOrder(values: Float32Array, [columns, rows, slices]: Volume['size']): Float32Array {
  const out = new Float32Array(values.length)
  let from = 0
  for (let z = 0; z < slices; z++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) out[(x * rows + y) * slices + z] = values[from++]
    }
  }
  return out
}
