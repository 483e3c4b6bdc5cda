import type { Arguments, ArgumentRules } from '../arguments'
import type { CommandHost } from '../command'
import type { CommandConsole } from '../console'

/** One verb of `saliscope masks`: a plain object in its own file, plus one line in `masks/index.ts`. */
export interface MasksVerb {
  readonly name: string
  readonly usage: string
  /** The free arguments after the verb are its own. */
  readonly rules: Pick<ArgumentRules, 'options' | 'lists' | 'flags'>
  run(paths: readonly string[], args: Arguments, surroundings: VerbSurroundings): Promise<number>
}

export interface VerbSurroundings {
  readonly console: CommandConsole
  readonly host: CommandHost
}
