import { Fault } from '@engine/fault'
import type { CliCommand } from '../command'
import { masksVerbs } from '../masks/index'

const union = (lists: readonly (readonly string[] | undefined)[]): string[] => [
  ...new Set(lists.flatMap((list) => list ?? []))
]

/** `masks VERB`: reference masks of one or several readers. */
export const masksCommand: CliCommand = {
  name: 'masks',
  summary: `reference masks: ${masksVerbs.map(({ name }) => name).join(', ')}`,
  usage: masksVerbs.map(({ usage }) => usage).join('\n'),
  rules: {
    options: union(masksVerbs.map(({ rules }) => rules.options)),
    lists: union(masksVerbs.map(({ rules }) => rules.lists)),
    flags: union([['json'], ...masksVerbs.map(({ rules }) => rules.flags)]),
    positional: ['VERB', 'MASK…']
  },

  async run(args, console, host) {
    const [name, ...paths] = args.positional
    const verb = masksVerbs.find((known) => known.name === name)
    if (verb === undefined)
      throw new Fault('usage', name === undefined ? 'masks: no verb is named.' : `masks: there is no verb "${name}".`, {
        hint: `Use ${masksVerbs.map((known) => known.name).join(', ')}.`
      })
    return verb.run(paths, args, { console, host })
  }
}
