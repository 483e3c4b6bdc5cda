import type { GivenParams } from '@engine/attribution/parameters'
import { checkParameterNames } from '@engine/attribution/parameters'
import { Fault } from '@engine/fault'

/** Parameters of `--param METHOD.NAME=VALUE`. Throws Fault `usage`, or `bad-parameter` for names that do not exist. */
export function givenParameters(list: readonly string[]): GivenParams {
  const given: Record<string, string> = {}
  for (const item of list) {
    const equals = item.indexOf('=')
    if (equals < 1) throw new Fault('usage', `--param takes METHOD.NAME=VALUE, not "${item}".`)
    given[item.slice(0, equals)] = item.slice(equals + 1)
  }
  checkParameterNames(Object.keys(given))
  return given
}
