import { resolve } from 'node:path'
import { deidentifyFiles, type DeidentifyOutcome } from '@engine/handlers/deidentify'
import { oneOf, required } from '../arguments'
import type { CliCommand } from '../command'
import { exitStatus } from '../console'
import { filesBelow, givenPaths } from '../paths'

/** `deidentify PATH… --out DIR`: DICOM files without identity, by PS3.15 Annex E. */
export const deidentifyCommand: CliCommand = {
  name: 'deidentify',
  summary: 'DICOM files without identity: PS3.15 Basic Profile, descriptors, graphics and structured content cleaned',
  usage: [
    'saliscope deidentify PATH… --out DIR [--salt-file F] [--table F.csv] [--keep-dates removed|shifted]',
    '                     [--keep-patient-characteristics] [--accept-burned-in] [--json]',
    '--salt-file: secret of the project, made if it does not exist (default DIR.salt); the same salt gives the same pseudonyms',
    '--table: which file became which, with the original paths; stays with you (default DIR.table.csv)',
    '--keep-dates shifted: dates of a patient move by the same number of days; --keep-patient-characteristics: age, sex, size, weight',
    '--accept-burned-in: export images that may show text in their pixels. Pixels are copied as they are and never cleaned.'
  ].join('\n'),
  rules: {
    options: ['out', 'salt-file', 'table', 'keep-dates'],
    lists: ['input'],
    flags: ['json', 'keep-patient-characteristics', 'accept-burned-in'],
    positional: ['PATH…']
  },

  async run(args, console, host) {
    const out = resolve(required(args, 'out')).replace(/[/\\]+$/, '')
    const keepDates = oneOf(args, 'keep-dates', ['removed', 'shifted'])
    const files = filesBelow(await givenPaths([...args.positional, ...args.list('input')], host))
    const table = resolve(args.option('table') ?? `${out}.table.csv`)
    const saltFile = resolve(args.option('salt-file') ?? `${out}.salt`)
    const outcomes = await deidentifyFiles(
      {
        files: files.map((path) => resolve(path)),
        ...{ out, table, saltFile, keepDates, version: host.version },
        keepPatientCharacteristics: args.flag('keep-patient-characteristics'),
        acceptBurnedIn: args.flag('accept-burned-in')
      },
      console.job()
    )
    for (const outcome of outcomes) console.result(console.json ? JSON.stringify(outcome) : readable(outcome))
    const faults = outcomes.flatMap((outcome) => ('fault' in outcome ? [outcome.fault] : []))
    console.remark(
      `${outcomes.length - faults.length} of ${outcomes.length} files exported. The table and the salt file lead back to the patients: they lie beside the export, keep them.`
    )
    if (faults.length === 0) return 0
    return outcomes.length === 1 ? exitStatus[faults[0].code] : 5
  }
}

function readable(outcome: DeidentifyOutcome): string {
  if ('fault' in outcome) {
    const { fault, path } = outcome
    return `${path}: ${fault.message}${fault.hint === undefined ? '' : ` ${fault.hint}`}`
  }
  const { file, done } = outcome
  return [file, ...done.remarks.map((remark) => `  ${remark}`)].join('\n')
}
