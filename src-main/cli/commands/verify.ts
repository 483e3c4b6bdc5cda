import { verifyPath } from '@engine/handlers/verify'
import { Fault } from '@engine/fault'
import type { CliCommand } from '../command'

/** `verify PATH…`: is everything as it was written? */
export const verifyCommand: CliCommand = {
  name: 'verify',
  summary: 'whether a workspace (audit trail, drawings) or a folder of results is as it was written',
  usage: [
    'saliscope verify PATH… [--json]',
    '',
    'PATH: the folder of a workspace, or a folder of results with recipe.json files in it.',
    'Exit status 0: whole. 3: something was changed, is missing or damaged.'
  ].join('\n'),
  rules: { flags: ['json'], positional: ['PATH…'] },

  async run(args, console) {
    if (args.positional.length === 0) throw new Fault('usage', 'No folder is named.')
    let whole = true
    for (const path of args.positional) {
      const found = await verifyPath(path, console.job())
      whole &&= found.whole
      if (console.json) {
        console.result(JSON.stringify({ path, ...found }))
        continue
      }
      for (const problem of found.problems) console.result(`${path}: ${problem}`)
      for (const remark of found.remarks) console.remark(`${path}: ${remark}`)
      console.result(`${path}: ${found.whole ? 'whole' : 'NOT as it was written'}. ${found.checked}`)
    }
    return whole ? 0 : 3
  }
}
