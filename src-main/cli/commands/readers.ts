import { Fault } from '@engine/fault'
import type { CliCommand } from '../command'
import { readersVerbs } from '../readers/index'

const union = (lists: readonly (readonly string[] | undefined)[]): string[] => [
  ...new Set(lists.flatMap((list) => list ?? []))
]

/** `readers VERB`: studies of readers in a workspace folder, without a window. */
export const readersCommand: CliCommand = {
  name: 'readers',
  summary: `studies of readers: ${readersVerbs.map(({ name }) => name).join(', ')}`,
  usage: [
    ...readersVerbs.map(({ usage }) => usage),
    '--workspace: the folder that keeps the study; the window opens the same folder. STUDY: its id, or its title where only one has it.'
  ].join('\n'),
  rules: {
    options: union([['workspace'], ...readersVerbs.map(({ rules }) => rules.options)]),
    lists: union(readersVerbs.map(({ rules }) => rules.lists)),
    flags: union([['json'], ...readersVerbs.map(({ rules }) => rules.flags)]),
    positional: ['VERB', 'ARGUMENT…']
  },

  async run(args, console, host) {
    const [name, ...rest] = args.positional
    const verb = readersVerbs.find((known) => known.name === name)
    if (verb === undefined) {
      const message = name === undefined ? 'readers: no verb is named.' : `readers: there is no verb "${name}".`
      throw new Fault('usage', message, { hint: `Use ${readersVerbs.map((known) => known.name).join(', ')}.` })
    }
    return verb.run(rest, args, { console, host })
  }
}
