import { readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { KeyFile, type KeyHabits } from '@shared/habits'
import { freeName, prepareFolder, writeWhole } from './output-folder'

type Keys = v.InferOutput<typeof KeyHabits>

/** Writes chords by command as a file and answers with its name; nothing that is there is written over. Throws Fault `not-writable`. */
export function saveKeys(folder: string, keys: Keys): string {
  prepareFolder(folder)
  const file = freeName(folder, 'saliscope-keys', 'json')
  writeWhole(join(folder, file), `${JSON.stringify({ saliscope: 'keys', version: 1, keys }, null, 2)}\n`)
  return file
}

const mostBytes = 1_000_000

/** Chords by command, as `saveKeys` wrote them; whether there are such commands is not asked. Throws Fault `bad-file`, `too-large`, `not-found`. */
export function readKeys(path: string): Keys {
  const name = basename(path)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new Fault('not-found', `There is no file “${name}”.`, { subject: name })
  if (stat.size > mostBytes)
    throw new Fault('too-large', `“${name}” is too large for a file of keys.`, { subject: name })
  const found = v.safeParse(KeyFile, parsed(path))
  if (found.success) return found.output.keys
  const [issue] = found.issues
  throw new Fault('bad-file', `“${name}” is no file of keys: ${v.getDotPath(issue) ?? 'its top level'} is wrong.`, {
    subject: name,
    hint: 'Choose a file that “Export keys…” wrote.'
  })
}

function parsed(path: string): unknown {
  const name = basename(path)
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new Fault('bad-file', `“${name}” is no file of keys: it is not valid JSON.`, { subject: name, cause })
  }
}
