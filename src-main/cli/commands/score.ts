import { resolve } from 'node:path'
import { scoreFiles } from '@engine/handlers/score-files'
import { metrics } from '@engine/metrics/index'
import { Fault } from '@engine/fault'
import { required } from '../arguments'
import type { CliCommand } from '../command'

/** `score METRIC`: one metric on files. */
export const scoreCommand: CliCommand = {
  name: 'score',
  summary: `one metric on files: ${metrics.map(({ id }) => id).join(', ')}`,
  usage: 'saliscope score METRIC --map FILE [--mask FILE] [--other FILE] [--param NAME=VALUE…] [--json]',
  rules: { options: ['map', 'mask', 'other'], lists: ['param'], flags: ['json'], positional: ['METRIC'] },

  async run(args, console) {
    const [id] = args.positional
    const metric = metrics.find((candidate) => candidate.id === id)
    if (metric === undefined) {
      throw new Fault('usage', id === undefined ? 'No metric is named.' : `There is no metric "${id}".`, {
        hint: `Metrics: ${metrics.map((candidate) => candidate.id).join(', ')}.`
      })
    }
    const other = args.option('other')
    const mask = args.option('mask')
    const computed = await scoreFiles(metric, {
      map: resolve(required(args, 'map')),
      mask: mask === undefined ? undefined : resolve(mask),
      other: other === undefined ? undefined : resolve(other),
      params: parameters(args.list('param'))
    })
    if (console.json) console.result(JSON.stringify({ metric: metric.id, ...computed }))
    else if (computed.value === null) console.result(`${metric.id}: undefined, ${computed.reason}`)
    else console.result(`${metric.id}: ${computed.value}`)
    return 0
  }
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
