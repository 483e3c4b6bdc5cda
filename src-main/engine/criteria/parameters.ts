import * as v from 'valibot'
import type { Criterion } from '@engine/criteria/criterion'
import { Fault } from '@engine/fault'

/** Parameters of a criterion read by its schema, defaults filled in. Fault `bad-experiment` names the wrong one. */
export function parseCriterionParams(
  criterion: Criterion,
  raw: Readonly<Record<string, unknown>>
): Record<string, unknown> {
  const parsed = v.safeParse(criterion.params, raw)
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  const name = v.getDotPath(issue) ?? 'params'
  throw new Fault('bad-experiment', `The parameter ${name} of the criterion ${criterion.id} is wrong.`, {
    subject: criterion.id,
    hint: issue.message
  })
}

/** Parameters that differ from the defaults, as they are named in the report's headline: `localisation.minimumPatients 20 (default 10)`. */
export function changedRules(criterion: Criterion, params: Record<string, unknown>): string[] {
  const defaults = v.parse(criterion.params, {})
  // A smaller sample of images or pairs is no other rule: the row says its n.
  if (criterion.rule(params) === criterion.rule(defaults)) return []
  return Object.entries(params)
    .filter(([name, value]) => value !== defaults[name])
    .map(([name, value]) => `${criterion.id}.${name} ${String(value)} (default ${String(defaults[name])})`)
}
