import type { Arguments, ArgumentRules } from '../arguments'
import type { CommandHost } from '../command'
import type { CommandConsole } from '../console'

/** One verb of `saliscope readers`: a plain object in its own file, plus one line in `readers/index.ts`. */
export interface ReadersVerb {
  readonly name: string
  readonly usage: string
  readonly rules: ArgumentRules
  run(rest: readonly string[], args: Arguments, tools: { console: CommandConsole; host: CommandHost }): Promise<number>
}
