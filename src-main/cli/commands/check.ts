import { join, resolve } from 'node:path'
import { checkInstallation } from '@engine/handlers/installation-check/check-installation'
import { prepareFolder, writeWhole } from '@engine/handlers/output-folder'
import { findCudaFolder } from '@engine/runtime/cuda-folder'
import {
  checkGroups,
  checkStates,
  installationCsv,
  installationSentence,
  type InstallationReport
} from '@shared/installation'
import type { CliCommand } from '../command'

/** `check`: phantoms with known answers on this machine. */
export const checkCommand: CliCommand = {
  name: 'check',
  summary: 'check this installation: phantoms with known answers on this machine',
  usage: [
    'saliscope check [--out DIR] [--json]',
    '--out: installation-check.json and .csv. Exit 5 when something fails; what the machine does not have is no failure.'
  ].join('\n'),
  rules: { options: ['out'], flags: ['json'] },

  async run(args, console, { spawn, sampleFolder, threads, version }) {
    const folder = args.option('out')
    if (folder !== undefined) prepareFolder(resolve(folder))
    const tools = { spawn, sampleFolder, threads, version, cudaFolder: findCudaFolder() }
    const report = await checkInstallation(tools, console.job())
    if (folder !== undefined) {
      writeWhole(join(resolve(folder), 'installation-check.json'), `${JSON.stringify(report, null, 2)}\n`)
      writeWhole(join(resolve(folder), 'installation-check.csv'), installationCsv(report))
    }
    if (console.json) console.result(JSON.stringify(report))
    else for (const line of said(report)) console.result(line)
    return report.passed ? 0 : 5
  }
}

function said(report: InstallationReport): string[] {
  const widest = Math.max(...report.rows.map(({ what }) => what.length))
  const groups = [...new Set(report.rows.map(({ group }) => group))]
  return [
    ...groups.flatMap((group) => [
      checkGroups[group],
      ...report.rows
        .filter((row) => row.group === group)
        .map(({ what, found, state }) =>
          `  ${checkStates[state].padEnd(8)}  ${what.padEnd(widest)}  ${found}`.trimEnd()
        )
    ]),
    '',
    installationSentence(report)
  ]
}
