import { statSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@engine/fault'
import type { CommandHost } from './command'

/** Paths as given; `-` stands for the lines of standard input. Throws Fault `usage` when there is none. */
export async function givenPaths(paths: readonly string[], host: CommandHost): Promise<string[]> {
  const all: string[] = []
  for (const path of paths) all.push(...(path === '-' ? await host.readStdin() : [path]))
  if (all.length === 0)
    throw new Fault('usage', 'No file is named.', {
      hint: 'Name files or folders, or "-" to read paths from standard input.'
    })
  return all
}

/** Files below the paths, folders searched in depth, sorted by name; a path that does not exist stays, to be reported. */
export function filesBelow(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined || !stat.isDirectory()) return [path]
    const names = readdirSync(path)
      .filter((name) => !name.startsWith('.'))
      .sort()
    return filesBelow(names.map((name) => join(path, name)))
  })
}
