import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { describeReduction } from '@engine/attribution/reduction'
import { asFault, Fault } from '@engine/fault'
import type { ExportIdentity } from '@shared/exports'
import { mapFormats } from './exports/map-formats'
import { placeMap } from './map-on-image'
import type { MapToWrite } from './exports/map-to-write'
import { writeWhole } from './output-folder'
import { RecipeFile } from './recipe'
import { safeName } from './safe-name'

export interface WriteMapOptions {
  readonly folder: string
  /** Ids of `mapFormats`. */
  readonly as: readonly string[]
  /** Who DICOM files say they are of; default a pseudonym. */
  readonly identity?: ExportIdentity
  /** Part of the map's scale, 0…1, above which a region counts as marked; default 0.5. */
  readonly threshold?: number
  /** Told of a format that cannot hold this map; without it that is a Fault. */
  readonly onRefused?: (format: string, reason: string) => void
}

/**
 * Writes a map below `<folder>/<case>/<model>/<target>/` in every format asked for (after its reduction, on the image's
 * grid), and its entry in `recipe.json`, which lists every file with its SHA-256. Returns the paths relative to the folder.
 * Throws Fault `bad-parameter` for an unknown format, `unsupported-file` for one that cannot hold this map.
 */
export async function writeMapFiles(map: MapToWrite, options: WriteMapOptions): Promise<string[]> {
  const { folder, as, identity = 'pseudonym', threshold = 0.5 } = options
  const relative = join(safeName(map.caseName), safeName(map.modelName), safeName(map.computed.target.label))
  const placed = placeMap(map.computed, map.prepared, map.size, map.reduction)
  const files = new Map<string, Uint8Array>()
  for (const format of as.map(requireMapFormat)) {
    const content = await orRefusal(options, format.id, async () => {
      const refusal = format.refuses(map)
      if (refusal !== null) throw new Fault('unsupported-file', refusal, { hint: 'Choose NPY or NIfTI.' })
      return format.content(map, placed, { identity, threshold })
    })
    for (const [ending, bytes] of content) files.set(join(relative, `${safeName(map.id)}${ending}`), bytes)
  }

  if (files.size === 0) return []
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

/** What a format makes of a map; nothing when it cannot and somebody is told. */
async function orRefusal(
  { onRefused }: WriteMapOptions,
  format: string,
  make: () => Promise<ReadonlyMap<string, Uint8Array>>
): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    return await make()
  } catch (thrown) {
    const fault = asFault(thrown)
    if (onRefused === undefined || fault.code === 'internal') throw fault
    onRefused(format, fault.message)
    return new Map()
  }
}

/** Throws Fault `bad-parameter` naming the formats there are. */
function requireMapFormat(id: string): (typeof mapFormats)[number] {
  const format = mapFormats.find((candidate) => candidate.id === id)
  if (format !== undefined) return format
  throw new Fault('bad-parameter', `Maps are not written as "${id}".`, {
    subject: id,
    hint: `There are ${mapFormats.map((known) => known.id).join(', ')}.`
  })
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
