import { resolve } from 'node:path'
import { modelMetrics } from '@engine/criteria/model-metrics'
import { steadinessMetrics } from '@engine/criteria/steadiness-metrics'
import { ModelShelf } from '@engine/handlers/model-shelf'
import { scoreFiles } from '@engine/handlers/score-files'
import { scoreSteadiness, scoreWithModel, type ModelScoreOrder } from '@engine/handlers/score-with-model'
import { metrics } from '@engine/metrics/index'
import type { Computed } from '@engine/metrics/metric'
import { Fault } from '@engine/fault'
import { InferenceHost } from '@engine/runtime/inference-host'
import { type Arguments, required } from '../arguments'
import type { CliCommand, CommandHost } from '../command'
import type { CommandConsole } from '../console'

const known = [...metrics, ...modelMetrics, ...steadinessMetrics].map(({ id }) => id)

/** `score METRIC`: one metric on files; some ask a model again. */
export const scoreCommand: CliCommand = {
  name: 'score',
  summary: `one metric on files: ${known.join(', ')}`,
  usage: [
    'saliscope score METRIC --map FILE [--mask FILE] [--other FILE] [--param NAME=VALUE…] [--json]',
    `saliscope score ${modelMetrics.map(({ id }) => id).join('|')} --map F.npy --model M.onnx [--card C] --tensor X.npy [--target N|LABEL|predicted] [--seed N]`,
    `saliscope score ${steadinessMetrics.map(({ id }) => id).join('|')} --method EXPR --model M.onnx [--card C] --tensor X.npy [--target …] [--seed N]`
  ].join('\n'),
  rules: {
    options: ['map', 'mask', 'other', 'model', 'card', 'tensor', 'target', 'seed', 'method'],
    lists: ['param'],
    flags: ['json'],
    positional: ['METRIC']
  },

  async run(args, console, host) {
    const [id] = args.positional
    const computed = await score(args, console, host)
    if (console.json) console.result(JSON.stringify({ metric: id, ...computed }))
    else if (computed.value === null) console.result(`${id}: undefined, ${computed.reason}`)
    else console.result(`${id}: ${computed.value}`)
    return 0
  }
}

async function score(args: Arguments, console: CommandConsole, host: CommandHost): Promise<Computed> {
  const [id] = args.positional
  const steady = steadinessMetrics.find((candidate) => candidate.id === id)
  if (steady !== undefined) {
    const method = required(args, 'method')
    return withModel(args, { console, host }, (order) => scoreSteadiness(steady, { ...order, method }, console.job()))
  }
  const asking = modelMetrics.find((candidate) => candidate.id === id)
  if (asking !== undefined) {
    const mapPath = resolve(required(args, 'map'))
    return withModel(args, { console, host }, (order) => scoreWithModel(asking, { ...order, mapPath }, console.job()))
  }
  const metric = metrics.find((candidate) => candidate.id === id)
  if (metric === undefined) {
    throw new Fault('usage', id === undefined ? 'No metric is named.' : `There is no metric "${id}".`, {
      hint: `Metrics: ${known.join(', ')}.`
    })
  }
  const file = (name: string): string | undefined => {
    const path = args.option(name)
    return path === undefined ? undefined : resolve(path)
  }
  return scoreFiles(metric, {
    map: resolve(required(args, 'map')),
    mask: file('mask'),
    other: file('other'),
    params: parameters(args.list('param'))
  })
}

/** Opens the model for one score and ends its process again. */
async function withModel(
  args: Arguments,
  { console, host }: { console: CommandConsole; host: CommandHost },
  ask: (order: ModelScoreOrder) => Promise<Computed>
): Promise<Computed> {
  const card = args.option('card')
  const order = {
    tensorPath: resolve(required(args, 'tensor')),
    target: args.option('target') ?? 'predicted',
    seed: seedOf(args),
    params: parameters(args.list('param'))
  }
  const inference = new InferenceHost({ spawn: host.spawn })
  try {
    const models = new ModelShelf(inference, host.threads)
    const options = card === undefined ? {} : { cardPath: resolve(card) }
    const { modelId } = await models.open(resolve(required(args, 'model')), console.job(), options)
    return await ask({ ...order, model: models.require(modelId) })
  } finally {
    inference.dispose()
  }
}

function seedOf(args: Arguments): number {
  const given = args.option('seed')
  const seed = given === undefined ? 1 : Number(given)
  if (Number.isInteger(seed)) return seed
  throw new Fault('usage', `--seed takes a whole number, not "${given}".`)
}

function parameters(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    list.map((item) => {
      const equals = item.indexOf('=')
      if (equals < 1) throw new Fault('usage', `--param takes NAME=VALUE, not "${item}".`)
      return [item.slice(0, equals), item.slice(equals + 1)]
    })
  )
}
