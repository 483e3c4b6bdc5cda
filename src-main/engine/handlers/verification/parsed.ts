import { readFileSync } from 'node:fs'
import * as v from 'valibot'

/** The content of a JSON file; null where it cannot be read or is something else. */
export function parsed<T>(schema: v.GenericSchema<unknown, T>, path: string): T | null {
  try {
    return v.parse(schema, JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}
