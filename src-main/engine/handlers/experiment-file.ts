import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { Experiment } from '@shared/experiment'
import { type RawExperiment, withPreset } from './preset-experiment'

/** An experiment with the folder its paths are relative to. */
export interface LoadedExperiment {
  readonly experiment: Experiment
  readonly folder: string
  /** Absolute path of a path in the file. */
  path(relative: string): string
}

/**
 * Reads `experiment.json`; `preset` names a published study whose maps and criteria replace the file's. Throws Fault
 * `not-found`, `usage`, or `bad-experiment`, naming the place in the file.
 */
export function readExperiment(path: string, preset?: string): LoadedExperiment {
  const name = basename(path)
  if (!existsSync(path)) throw new Fault('not-found', `There is no experiment file "${name}".`, { subject: name })
  const folder = dirname(resolve(path))
  const experiment = parseExperiment(readFileSync(path, 'utf8'), name, preset)
  checkIds(experiment, name)
  return inFolder(experiment, folder)
}

/** An experiment that was read before. Throws Fault `bad-experiment`. */
export function loadedFrom(value: unknown, folder: string): LoadedExperiment {
  const parsed = v.safeParse(Experiment, value)
  if (parsed.success) return inFolder(parsed.output, folder)
  throw new Fault(
    'bad-experiment',
    `The experiment is wrong at "${v.getDotPath(parsed.issues[0]) ?? 'its top level'}".`
  )
}

function inFolder(experiment: Experiment, folder: string): LoadedExperiment {
  return { experiment, folder, path: (relative) => resolve(folder, relative) }
}

function parseExperiment(text: string, name: string, preset: string | undefined): Experiment {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Fault('bad-experiment', `"${name}" is not valid JSON.`, {
      subject: name,
      hint: 'saliscope schema experiment prints what it holds.',
      cause
    })
  }
  const parsed = v.safeParse(Experiment, isObject(value) ? withPreset(value, preset) : value)
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  throw new Fault(
    'bad-experiment',
    `"${name}" is wrong at "${v.getDotPath(issue) ?? 'its top level'}": ${issue.message.replace(/\.$/u, '')}.`,
    {
      subject: name,
      hint: 'saliscope schema experiment prints what it holds.'
    }
  )
}

const isObject = (value: unknown): value is RawExperiment =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Two models or cases of one id would be mixed up in every table. */
function checkIds(experiment: Experiment, name: string): void {
  for (const [what, ids] of [
    ['models', experiment.models.map((model) => model.id)],
    ['cases', experiment.cases.map((item) => item.id)]
  ] as const) {
    const twice = ids.find((id, index) => ids.indexOf(id) !== index)
    if (twice !== undefined) {
      throw new Fault('bad-experiment', `"${name}" has two ${what} with the id "${twice}".`, {
        subject: name,
        hint: 'Ids must differ.'
      })
    }
  }
}
