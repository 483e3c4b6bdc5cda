import { join, resolve } from 'node:path'
import type { CliCommand } from '../command'
import { assessmentLanes, assessToFolder } from './assess'

/** `demo`: the quick experiment of the embedded sample. */
export const demoCommand: CliCommand = {
  name: 'demo',
  summary: 'the embedded sample: maps, criteria, report (about a minute)',
  usage: 'saliscope demo [--out DIR] [--json]',
  rules: { options: ['out'], flags: ['json'] },

  async run(args, console, host) {
    const out = resolve(args.option('out') ?? 'saliscope-demo')
    const status = await assessToFolder({ experiment: join(host.sampleFolder, 'demo-experiment.json'), out }, console, {
      ...host,
      ...assessmentLanes(args, host)
    })
    console.remark(`Open ${join(out, 'report.html')} in a browser, or start the window to look at the maps.`)
    return status
  }
}
