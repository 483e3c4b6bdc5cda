import { resolve } from 'node:path'
import { type CohortEngine, cohortTemplate, engines } from '@engine/cohort/templates'
import { parseShard } from '@engine/cohort/plan'
import { Fault } from '@engine/fault'
import { mergeCohort, planCohort, runShard } from '@engine/handlers/cohort/cohort'
import { doneUnits, openStore } from '@engine/handlers/cohort/store'
import { readExperiment } from '@engine/handlers/experiment-file'
import { prepareFolder } from '@engine/handlers/output-folder'
import { reportFiles, writeReportFiles } from '@engine/handlers/report-files'
import { hashJson } from '@engine/handlers/recipe'
import { InferenceHost } from '@engine/runtime/inference-host'
import { providers } from '@engine/runtime/messages'
import { type Arguments, oneOf, required, wholeNumber } from '../arguments'
import type { CliCommand, CommandHost } from '../command'
import type { CommandConsole } from '../console'
import { assessmentLanes } from './assess'

type Verb = (args: Arguments, console: CommandConsole, host: CommandHost) => Promise<number>

const verbs: Readonly<Record<string, Verb>> = { plan, run, status, merge, submit }

/** `cohort VERB`: an experiment in shards, on one machine or a cluster. */
export const cohortCommand: CliCommand = {
  name: 'cohort',
  summary: 'many images, in shards on one machine or a cluster: plan, run, status, merge, submit',
  usage: [
    'saliscope cohort plan EXPERIMENT.json --out STORE [--block N] [--preset ID]',
    'saliscope cohort run --store STORE [--shard i/n] [--provider auto|cpu|cuda|dml|coreml|webgpu]',
    'saliscope cohort status STORE',
    'saliscope cohort merge STORE [--out DIR]',
    `saliscope cohort submit --store STORE --engine ${engines.join('|')} [--shards N] [--gpu] [--program COMMAND] [--image NAME]`,
    '',
    '--block: cases worked on together (4). --shard: i from 0. A shard that was killed is run again; units that are done are skipped.',
    'merge prints {digest, results, units, …} and writes the report of `assess`; equal work gives one digest on every engine.',
    'submit prints a script or job for the engine: read it, then hand it over yourself (sbatch, kubectl, sh).',
    'Exit status 5: some units are not done.'
  ].join('\n'),
  rules: {
    options: ['out', 'block', 'preset', 'store', 'shard', 'provider', 'engine', 'shards', 'program', 'image'],
    flags: ['json', 'gpu'],
    positional: ['VERB', 'PATH']
  },

  async run(args, console, host) {
    const [name] = args.positional
    const verb = Object.hasOwn(verbs, name ?? '') ? verbs[name] : undefined
    if (verb !== undefined) return verb(args, console, host)
    throw new Fault('usage', name === undefined ? 'cohort: no verb is named.' : `cohort: there is no verb "${name}".`, {
      hint: `Use ${Object.keys(verbs).join(', ')}.`
    })
  }
}

/** The path behind the verb. Throws Fault `usage`. */
function pathOf(args: Arguments, what: string): string {
  const path = args.positional[1]
  if (path === undefined) throw new Fault('usage', `No ${what} is named.`, { hint: cohortCommand.usage })
  return resolve(path)
}

/** A count from 1. Throws Fault `usage`. */
function count(args: Arguments, name: string, preset: number): number {
  const value = wholeNumber(args, name, preset)
  if (value >= 1) return value
  throw new Fault('usage', `--${name} takes a number from 1, not ${value}.`)
}

async function plan(args: Arguments, console: CommandConsole, host: CommandHost): Promise<number> {
  const loaded = readExperiment(pathOf(args, 'experiment'), args.option('preset'))
  const folder = resolve(required(args, 'out'))
  const size = count(args, 'block', 4)
  const store = await withHost(args, console, host, (tools) =>
    planCohort(loaded, { folder, size }, tools, console.job())
  )
  const cases = store.units.reduce((sum, unit) => sum + unit.cases.length, 0)
  if (console.json) console.result(JSON.stringify({ units: store.units.length, cases }))
  else console.result(`${store.units.length} units of at most ${size} cases, ${cases} cases in all.`)
  return 0
}

async function run(args: Arguments, console: CommandConsole, host: CommandHost): Promise<number> {
  const store = openStore(resolve(required(args, 'store')))
  const shard = parseShard(args.option('shard') ?? '0/1')
  const provider = oneOf(args, 'provider', ['auto', ...providers])
  const outcome = await withHost(args, console, host, (tools) =>
    runShard(store, shard, { ...tools, wish: { ...tools.wish, provider } }, console.job())
  )
  if (console.json) console.result(JSON.stringify(outcome))
  else
    console.result(`${outcome.done} units done, ${outcome.skipped} were done before, ${outcome.failed.length} failed.`)
  for (const { id, reason } of outcome.failed) console.remark(`Unit ${id.slice(0, 12)}: ${reason}`)
  return outcome.failed.length > 0 ? 5 : 0
}

function status(args: Arguments, console: CommandConsole): Promise<number> {
  const store = openStore(pathOf(args, 'store'))
  const units = store.units.length
  const done = doneUnits(store).size
  if (console.json) console.result(JSON.stringify({ units, done, missing: units - done }))
  else console.result(`${done} of ${units} units done.`)
  return Promise.resolve(0)
}

async function merge(args: Arguments, console: CommandConsole, host: CommandHost): Promise<number> {
  const folder = pathOf(args, 'store')
  const store = openStore(folder)
  const out = resolve(args.option('out') ?? `${folder}/report`)
  prepareFolder(out)
  const merged = await withHost(args, console, host, (tools) => mergeCohort(store, { ...tools, out }, console.job()))
  const { report, ...figures } = merged
  const files = writeReportFiles(out, reportFiles(report))
  console.result(JSON.stringify({ ...figures, results: hashJson(report.results), files: files.length }))
  return report.failed.length > 0 ? 5 : 0
}

interface CohortTools {
  readonly host: InferenceHost
  readonly threads: number
  readonly version: string
  readonly wish: { readonly onProviderChange: (sentence: string) => void }
}

/** Runs something with an inference process of its own. */
async function withHost<Value>(
  args: Arguments,
  console: CommandConsole,
  host: CommandHost,
  work: (tools: CohortTools) => Promise<Value>
): Promise<Value> {
  const { spawn, version } = host
  const { lanes, threads } = assessmentLanes(args, host)
  const inference = new InferenceHost({ spawn, lanes })
  const wish = { onProviderChange: (sentence: string) => console.remark(sentence) }
  try {
    return await work({ host: inference, threads, version, wish })
  } finally {
    inference.dispose()
  }
}

function submit(args: Arguments, console: CommandConsole): Promise<number> {
  const engine: CohortEngine = oneOf(args, 'engine', engines)
  const folder = resolve(required(args, 'store'))
  const { units } = openStore(folder)
  const image = args.option('image') ?? ''
  if (engine === 'kubernetes' && image === '') {
    throw new Fault('usage', 'Kubernetes needs a container image.', { hint: 'Give --image NAME.' })
  }
  const shards = Math.min(count(args, 'shards', 2), Math.max(1, units.length))
  const program = args.option('program') ?? 'saliscope'
  console.result(cohortTemplate(engine, { program, store: folder, shards, gpu: args.flag('gpu'), image }))
  return Promise.resolve(0)
}
