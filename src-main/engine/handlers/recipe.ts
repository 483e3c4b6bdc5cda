import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import * as v from 'valibot'

const Params = v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()]))

/** Where a map was computed: what was asked for, what was used, why that, and how far it is from the CPU. */
export const ProviderUse = v.object({
  requested: v.string(),
  used: v.string(),
  reason: v.nullable(v.string()),
  difference: v.nullable(v.number())
})

/** Everything a map is a function of: with the same recipe the same map comes out. */
export const Recipe = v.object({
  version: v.literal(1),
  saliscope: v.string(),
  model: v.object({
    file: v.string(),
    sha256: v.string(),
    card: v.string(),
    weights: v.string(),
    /** What was changed to explain the model (inputs fixed, casts), and what holds only approximately (straight-through). */
    remarks: v.optional(v.array(v.string()))
  }),
  image: v.object({ sha256: v.string(), shape: v.array(v.number()) }),
  method: v.object({ expression: v.string(), params: Params }),
  target: v.object({ index: v.number(), label: v.string(), of: v.picklist(['logit', 'output']) }),
  seed: v.number(),
  provider: ProviderUse
})
export type Recipe = v.InferOutput<typeof Recipe>

/** `recipe.json` beside maps on disk: the recipe of each, how it was reduced, and its files with their SHA-256. */
export const RecipeFile = v.object({
  version: v.literal(1),
  maps: v.array(
    v.object({
      id: v.string(),
      recipe: Recipe,
      reduction: v.object({ reduce: v.string(), clip: v.number(), normalise: v.string(), words: v.string() }),
      /** Same value everywhere: nothing to see, cannot be assessed. */
      flat: v.boolean(),
      notes: v.record(v.string(), v.union([v.string(), v.number()])),
      seconds: v.number(),
      files: v.array(v.object({ file: v.string(), sha256: v.string() }))
    })
  )
})
export type RecipeFile = v.InferOutput<typeof RecipeFile>

/** SHA-256 of a file, read in pieces. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** SHA-256 of a typed array's bytes (little endian on every machine this runs on). */
export function hashArray(values: ArrayBufferView): string {
  return createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex')
}

/** SHA-256 of a value as canonical JSON: keys sorted, so that the order of writing does not matter. */
export function hashJson(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}
