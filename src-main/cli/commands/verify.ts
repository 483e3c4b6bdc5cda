import { randomInt } from 'node:crypto'
import { resolve } from 'node:path'
import { ModelShelf } from '@engine/handlers/model-shelf'
import { verifyPath } from '@engine/handlers/verify'
import { reportKind } from '@engine/handlers/verification/report'
import { rerunReport } from '@engine/handlers/verification/rerun-report'
import { type Rerun, rerunMaps } from '@engine/handlers/verification/rerun'
import { InferenceHost } from '@engine/runtime/inference-host'
import { Fault } from '@engine/fault'
import { type Arguments, wholeNumber } from '../arguments'
import type { CliCommand, CommandHost } from '../command'
import type { CommandConsole } from '../console'
import { filesBelow } from '../paths'

/** `verify PATH…`: is everything as it was written? */
export const verifyCommand: CliCommand = {
  name: 'verify',
  summary: 'whether a workspace (audit trail, drawings), a report or a folder of results is as it was written',
  usage: [
    'saliscope verify PATH… [--json]',
    'saliscope verify FOLDER --rerun N --model M.onnx… --input IMAGE… [--seed S] [--json]',
    'saliscope verify REPORT --rerun N --experiment EXPERIMENT.json [--seed S] [--json]',
    '',
    'PATH: the folder of a workspace, the folder of a report or its report.json, or a folder of results with recipe.json files in it.',
    '--rerun N also computes N maps again, drawn by --seed (another one each time where none is given, and printed): recipes name hashes, so name the models and images among which to look.',
    'Of a report it computes N maps and N lines of results.csv again, from the experiment it was made of,',
    'asks its criteria again what must be there, so that what was taken out is named,',
    'and draws every interval, verdict, adjusted p, curve and figure, the table and the first page again from the values of the report;',
    'what it keeps no values of is named as taken as written.',
    'Exit status 0: whole. 3: something was changed, is missing or damaged.'
  ].join('\n'),
  rules: {
    options: ['rerun', 'seed', 'experiment'],
    lists: ['model', 'input'],
    flags: ['json'],
    positional: ['PATH…']
  },

  async run(args, console, host) {
    if (args.positional.length === 0) throw new Fault('usage', 'No folder is named.')
    if (args.option('rerun') !== undefined && args.positional.length > 1)
      throw new Fault('usage', 'One folder at a time is computed again.', { hint: 'Name one PATH with --rerun.' })
    let whole = true
    for (const path of args.positional) {
      const found = await verifyPath(path, console.job(), host.version)
      whole &&= found.whole
      if (console.json) {
        console.result(JSON.stringify({ path, ...found }))
        continue
      }
      for (const problem of found.problems) console.result(`${path}: ${problem}`)
      for (const remark of found.remarks) console.remark(`${path}: ${remark}`)
      console.result(`${path}: ${found.whole ? 'whole' : 'NOT as it was written'}. ${found.checked}`)
    }
    const again = args.option('rerun') === undefined || (await runAgain(args, console, host))
    return whole && again ? 0 : 3
  }
}

/** Maps drawn and computed again; false when one is not what its recipe says, or could not be computed. */
async function runAgain(args: Arguments, console: CommandConsole, { spawn, threads }: CommandHost): Promise<boolean> {
  const count = wholeNumber(args, 'rerun', 1)
  if (count < 1) throw new Fault('usage', '--rerun takes the number of maps to compute again, from 1.')
  const inference = new InferenceHost({ spawn })
  // Whoever changes a report must not know what will be drawn.
  const seed = args.option('seed') === undefined ? randomInt(2 ** 31) : wholeNumber(args, 'seed', 1)
  const order = { path: resolve(args.positional[0]), count, seed }
  try {
    const found = reportKind.matches(order.path)
      ? await rerunReport({ ...order, experiment: experimentOf(args) }, { host: inference, threads }, console.job())
      : await rerunMaps({ ...order, ...filesOf(args) }, new ModelShelf(inference, threads), console.job())
    for (const one of found) {
      if (console.json) console.result(JSON.stringify({ rerun: one }))
      else console.result(`${one.file}: ${stateWords[one.state]}${one.reason === '' ? '' : `, ${one.reason}`}`)
    }
    console.result(
      console.json ? JSON.stringify({ seed }) : `${args.positional[0]}: ${conclusion(found)} Drawn with --seed ${seed}.`
    )
    return found.every(({ state }) => state !== 'differs' && state !== 'not-computed')
  } finally {
    inference.dispose()
  }
}

/** One sentence for everything that was asked, so that nobody has to count lines. */
function conclusion(found: readonly Rerun[]): string {
  const count = (...states: Rerun['state'][]): number => found.filter(({ state }) => states.includes(state)).length
  const [same, wrong, missing, taken] = [
    count('identical', 'alike'),
    count('differs'),
    count('not-computed'),
    count('as-written')
  ]
  const parts = [
    ...(wrong > 0 ? [`${wrong} came out otherwise`] : []),
    ...(missing > 0 ? [`${missing} could not be computed`] : []),
    `${same} came out the same`,
    ...(taken > 0 ? [`${taken} were taken as written (see above)`] : [])
  ]
  return `${wrong + missing === 0 ? 'comes out again' : 'does NOT come out again'}. Of ${found.length} things asked, ${parts.join(', ')}.`
}

function filesOf(args: Arguments): { models: string[]; images: string[] } {
  return {
    models: args.list('model').map((path) => resolve(path)),
    images: filesBelow(args.list('input')).map((path) => resolve(path))
  }
}

function experimentOf(args: Arguments): string {
  const experiment = args.option('experiment')
  if (experiment !== undefined) return resolve(experiment)
  throw new Fault('usage', 'A report is computed again from its experiment.', {
    hint: 'Name it: --experiment EXPERIMENT.json.'
  })
}

const stateWords = {
  identical: 'computed again, the same bit for bit',
  alike: 'computed again, the same but for rounding',
  differs: 'NOT the same',
  'not-computed': 'NOT computed again',
  'as-written': 'taken as written'
} as const
