import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { DatasetPlace } from '@engine/formats/datasets/place'
import { readSourceFile } from '@engine/formats/source-file'
import { Fault } from '@engine/fault'

/** A named file may be this large; one that merely lies in the folder is not read to find out what it is. */
const largestNamed = 512 * 2 ** 20
const largestFound = 64 * 2 ** 20

/** What was read of a place, so that several readers can look at one file. */
const parsed = new WeakMap<DatasetPlace, Map<string, Promise<unknown>>>()

/**
 * The JSON file of a dataset that has a certain form: the one the user named, else the first in the folder itself.
 * Null when there is none. Throws Fault `bad-file` when a named file is no JSON, `too-large`.
 */
export async function annotationFile<S extends v.GenericSchema>(
  place: DatasetPlace,
  schema: S
): Promise<{ readonly file: string; readonly value: v.InferOutput<S> } | null> {
  const files = place.named === null ? place.files.filter((file) => /^[^/]+\.json$/i.test(file)) : [place.named]
  for (const file of files.filter((candidate) => /\.json$/i.test(candidate))) {
    const found = v.safeParse(schema, await jsonOf(place, file))
    if (found.success) return { file, value: found.output }
  }
  return null
}

function jsonOf(place: DatasetPlace, file: string): Promise<unknown> {
  const known = parsed.get(place) ?? new Map<string, Promise<unknown>>()
  parsed.set(place, known)
  const reading = known.get(file) ?? readJson(join(place.root, file), place.named !== null)
  known.set(file, reading)
  return reading
}

async function readJson(path: string, named: boolean): Promise<unknown> {
  const { size } = await stat(path)
  if (size > largestNamed && named) {
    throw new Fault('too-large', `The annotation file has ${Math.round(size / 2 ** 20)} MiB; 512 MiB can be read.`, {
      hint: 'Split it by images.'
    })
  }
  if (size > (named ? largestNamed : largestFound)) return undefined
  const { bytes, name } = await readSourceFile(path)
  try {
    return JSON.parse(new TextDecoder().decode(bytes).replace(/^\uFEFF/, ''))
  } catch (cause) {
    if (!named) return undefined
    throw new Fault('bad-file', `“${name}” is not valid JSON.`, { subject: name, hint: 'Export it again.', cause })
  }
}
