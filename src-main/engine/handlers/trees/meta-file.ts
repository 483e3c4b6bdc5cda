import { existsSync, copyFileSync } from 'node:fs'
import { arch, hostname, platform, userInfo } from 'node:os'
import { join } from 'node:path'
import type { ModelEntry } from '../model-shelf'
import { writeWhole } from '../output-folder'
import type { TreeRun } from './map-tree'

/**
 * The facts mednet keeps beside each of its results (definitions A2-15), under its names: package and version, time, user,
 * path, command line, host, platform, accelerators, model and its size, database and split, every option.
 */
export function metaFacts(
  run: TreeRun,
  model: ModelEntry,
  more: Readonly<Record<string, unknown>>
): Record<string, unknown> {
  const { accelerators = ['cpu'], ...options } = { ...run.options, ...more }
  return {
    datetime: isoWithOffset(new Date()),
    'package-name': 'saliscope',
    'package-version': run.version,
    user: userInfo().username,
    path: process.cwd(),
    'command-line': run.commandLine,
    hostname: hostname(),
    platform: platform(),
    architecture: arch(),
    accelerators,
    model: model.card.architecture ?? model.card.name,
    'model-size': model.description.parameters,
    'model-sha256': model.sha256,
    ...options
  }
}

/** "2024-02-23T18:38:09+01:00" */
function isoWithOffset(now: Date): string {
  const minutes = -now.getTimezoneOffset()
  const two = (value: number): string => String(Math.abs(Math.trunc(value))).padStart(2, '0')
  const local = new Date(now.getTime() + minutes * 60_000).toISOString().slice(0, 19)
  return `${local}${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
}

/** Writes JSON; what stood there before is kept as `NAME~`, as mednet does. Returns the path relative to the folder. */
export function writeJsonWithBackup(folder: string, relative: string, value: unknown): string {
  const path = join(folder, relative)
  if (existsSync(path)) copyFileSync(path, `${path}~`)
  writeWhole(path, `${JSON.stringify(value, null, 2)}\n`)
  return relative
}
