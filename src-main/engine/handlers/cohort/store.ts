import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { type Answers, encodePart, openPart, type PartContent } from '@engine/cohort/part-file'
import { CohortPlan, type CohortUnit, readManifest, writeManifest } from '@engine/cohort/plan'
import { Fault } from '@engine/fault'
import { prepareFolder, writeWhole } from '../output-folder'

const hint = 'saliscope cohort plan EXPERIMENT --out STORE makes one.'

/** A store with its plan and its units, in order. */
export interface CohortStore {
  readonly folder: string
  readonly plan: CohortPlan
  readonly units: readonly CohortUnit[]
}

/** Makes a store. Throws Fault `not-writable`, or `usage` where another plan lies already. */
export function makeStore({ folder, plan, units }: CohortStore): void {
  prepareFolder(join(folder, 'parts'))
  const manifest = writeManifest(units)
  if (existsSync(join(folder, 'manifest.jsonl')) && readFileSync(join(folder, 'manifest.jsonl'), 'utf8') !== manifest) {
    throw new Fault('usage', 'Another cohort is planned in that folder.', { hint: 'Choose an empty folder.' })
  }
  writeWhole(join(folder, 'plan.json'), JSON.stringify(plan))
  writeWhole(join(folder, 'manifest.jsonl'), manifest)
}

/** Throws Fault `not-found`, `bad-file`. */
export function openStore(folder: string): CohortStore {
  const place = join(folder, 'plan.json')
  if (!existsSync(place)) throw new Fault('not-found', 'There is no cohort in that folder.', { hint })
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), CohortPlan), readFileSync(place, 'utf8'))
  if (!parsed.success) throw new Fault('bad-file', 'The plan of the cohort is damaged.', { subject: 'plan.json', hint })
  return { folder, plan: parsed.output, units: readManifest(readFileSync(join(folder, 'manifest.jsonl'), 'utf8')) }
}

const partPath = ({ folder }: Pick<CohortStore, 'folder'>, id: string): string => join(folder, 'parts', `${id}.answers`)

/** Ids of the units that are done; what is half-written has another name. */
export function doneUnits({ folder, units }: CohortStore): Set<string> {
  const names = new Set(readdirSync(join(folder, 'parts')))
  return new Set(units.flatMap(({ id }) => (names.has(`${id}.answers`) ? [id] : [])))
}

/** Writes the part of a unit, whole or not at all; the same unit done twice is written over with the same bytes. */
export function writePart(store: CohortStore, id: string, answers: Answers): void {
  writeWhole(partPath(store, id), encodePart(answers))
}

/** Opens the part of a unit; its arrays stay on disk until they are asked for. Throws Fault `bad-file`. */
export function readPart(store: CohortStore, id: string): PartContent {
  const path = partPath(store, id)
  return openPart(readFileSync(path), (byte, length) => floatsOf(path, byte, length))
}

function floatsOf(path: string, byte: number, length: number): Float32Array {
  const values = new Float32Array(length)
  const file = openSync(path, 'r')
  try {
    readSync(file, new Uint8Array(values.buffer), 0, values.byteLength, byte)
  } finally {
    closeSync(file)
  }
  return values
}
