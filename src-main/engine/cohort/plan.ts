import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { Fault } from '@engine/fault'

/** Cases that are worked on together, all models and methods: an image is read once. */
export const CohortUnit = v.object({
  /** SHA-256 of everything the answers are functions of. */
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u)),
  cases: v.array(v.string())
})
export type CohortUnit = v.InferOutput<typeof CohortUnit>

/** `plan.json` of a store: the experiment and the folder its paths are relative to. */
export const CohortPlan = v.object({
  version: v.literal(1),
  saliscope: v.string(),
  folder: v.string(),
  experiment: v.record(v.string(), v.unknown())
})
export type CohortPlan = v.InferOutput<typeof CohortPlan>

/** Cases in blocks of `size`, in their order. */
export function blocksOf(cases: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(cases.length / size) }, (_, index) =>
    cases.slice(index * size, (index + 1) * size)
  )
}

/** A part of a whole: shard `index` of `count`, from 0. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/** `i/n`, i from 0 as array jobs count. Throws Fault `usage`. */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/u.exec(text) ?? []
  const shard = { index: Number(index), count: Number(count) }
  if (index !== undefined && shard.index < shard.count) return shard
  throw new Fault('usage', `--shard takes i/n with i from 0 to n − 1, not "${text}".`, {
    hint: 'Four shards are 0/4, 1/4, 2/4 and 3/4.'
  })
}

/** Every n-th unit: slow stretches of a cohort are spread over the shards. */
export function unitsOf<Unit>(units: readonly Unit[], { index, count }: Shard): Unit[] {
  return units.filter((_, place) => place % count === index)
}

/** One unit a line. */
export function writeManifest(units: readonly CohortUnit[]): string {
  return units.map((unit) => `${JSON.stringify(unit)}\n`).join('')
}

/** Throws Fault `bad-file`, naming the line. */
export function readManifest(text: string): CohortUnit[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), CohortUnit), line)
      if (parsed.success) return parsed.output
      throw new Fault('bad-file', `Line ${index + 1} of the manifest is no unit.`, {
        subject: 'manifest.jsonl',
        hint: 'Plan the cohort again into an empty folder.'
      })
    })
}

/** SHA-256 over the hashes of all parts, in the order of the manifest: equal work gives one digest, on whichever engine. */
export function cohortDigest(parts: readonly { readonly id: string; readonly sha256: string }[]): string {
  const hash = createHash('sha256')
  for (const { id, sha256 } of parts) hash.update(`${id} ${sha256}\n`)
  return hash.digest('hex')
}
