import * as v from 'valibot'
import { csvLines } from './csv-lines'

/** One thing with a known answer, measured on this machine. */
export const CheckRow = v.object({
  group: v.picklist(['figures', 'files', 'providers', 'maps', 'models']),
  what: v.string(),
  expected: v.string(),
  found: v.string(),
  /** `not-here`: this machine does not have it, which is no failure. */
  state: v.picklist(['pass', 'fail', 'not-here']),
  seconds: v.number()
})
export type CheckRow = v.InferOutput<typeof CheckRow>

/** `installation-check.json`. */
export const InstallationReport = v.object({
  version: v.literal(1),
  saliscope: v.string(),
  system: v.string(),
  made: v.string(),
  passed: v.boolean(),
  rows: v.array(CheckRow)
})
export type InstallationReport = v.InferOutput<typeof InstallationReport>

export const checkGroups: Record<CheckRow['group'], string> = {
  figures: 'Figures',
  files: 'Files',
  providers: 'What it computes on',
  maps: 'Maps',
  models: 'Networks'
}

export const checkStates: Record<CheckRow['state'], string> = { pass: 'passes', fail: 'fails', 'not-here': 'not here' }

/** `installation-check.csv`. */
export const installationCsv = ({ rows }: InstallationReport): string =>
  csvLines([
    ['group', 'what', 'expected', 'found', 'state', 'seconds'],
    ...rows.map(({ group, what, expected, found, state, seconds }) => [
      group,
      what,
      expected,
      found,
      state,
      String(seconds)
    ])
  ])

const notHere = (count: number): string =>
  count === 0 ? '' : `; ${count === 1 ? '1 thing is' : `${count} things are`} not here`

/** One sentence about all rows. */
export function installationSentence({ rows }: InstallationReport): string {
  const count = (state: CheckRow['state']): number => rows.filter((row) => row.state === state).length
  const failed = count('fail')

  return failed === 0
    ? `All ${count('pass')} checks pass on this machine${notHere(count('not-here'))}.`
    : `${failed} of ${count('pass') + failed} checks fail on this machine: do not use its results.`
}

/** Commands of the engine about the installation. */
export const installationCommands = {
  /** Phantoms with known answers, on this machine; progress is said as it goes on. */
  'app.check': { input: v.object({}), output: InstallationReport },
  /** Writes the last check into a folder; names are returned. */
  'app.check-save': {
    input: v.object({ grant: v.pipe(v.string(), v.maxLength(4096)) }),
    output: v.object({ files: v.array(v.string()) })
  }
} as const
